import purser from "./index.js";

export const { Purser, PurserError, Sandbox, ManualClock, LogLevel, billing, requireFeature, version } = purser;
export default purser;
