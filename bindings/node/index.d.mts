export * from "./index.js";
import * as purser from "./index.js";
export default purser;
