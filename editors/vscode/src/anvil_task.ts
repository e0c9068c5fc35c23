// Tasks of the type `anvil`: which there are, and the arguments of each. Pure.

export const TASK_TYPE = "anvil";

/** As in `tasks.json`. */
export interface AnvilTask {
  type: typeof TASK_TYPE;
  command: string;
  hot?: boolean;
  addr?: string;
  package?: string;
  project?: string;
}

/** What the task provider offers without a `tasks.json`. */
export const OFFERED: readonly { name: string; task: AnvilTask }[] = [
  { name: "dev", task: { type: TASK_TYPE, command: "dev", hot: true } },
  { name: "wait", task: { type: TASK_TYPE, command: "wait" } },
  { name: "doctor", task: { type: TASK_TYPE, command: "doctor" } },
];

/** Follows the generations and shows nothing. */
const FOLLOWING = ["$anvil-watch"];
/** Shows the compiler's errors as well. */
const SHOWING = ["$anvil", "$anvil-label"];

/** Errors that the server or rust-analyzer shows are not shown by a task again. */
export function matchers(task: AnvilTask, shown: { serverRuns: boolean; serverShows: boolean; rustAnalyzerChecks: boolean }): string[] {
  if (!goesOn(task)) {
    return [];
  }
  return shown.rustAnalyzerChecks || (shown.serverRuns && shown.serverShows) ? FOLLOWING : SHOWING;
}

/** `anvil dev` goes on until it is ended; the others end by themselves. */
export function goesOn(task: AnvilTask): boolean {
  return task.command === "dev";
}

export function taskArguments(task: AnvilTask): string[] {
  const list = [task.command];
  if (task.command === "dev") {
    if (task.hot !== false) {
      list.push("--hot");
    }
    list.push(...option("--addr", task.addr), ...option("--package", task.package));
  }
  return [...list, ...option("--project", task.project)];
}

/** Nothing where `tasks.json` holds something else. */
export function anvilTask(definition: Record<string, unknown>): AnvilTask | undefined {
  const { type, command } = definition;
  if (type !== TASK_TYPE || typeof command !== "string" || command === "") {
    return undefined;
  }
  const task: AnvilTask = { type, command };
  if (typeof definition["hot"] === "boolean") {
    task.hot = definition["hot"];
  }
  for (const key of ["addr", "package", "project"] as const) {
    const value = definition[key];
    if (typeof value === "string" && value !== "") {
      task[key] = value;
    }
  }
  return task;
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
