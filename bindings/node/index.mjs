import purser from "./index.js";

export const { Purser, PurserError, ManualClock, LogLevel, version } = purser;
export default purser;
