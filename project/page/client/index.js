export { Confab } from "./confab.js";
export { progressOf } from "./fold.js";
export { Problem, Unreachable } from "./problem.js";
