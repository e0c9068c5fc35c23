// The answer of the doctor as lines of the log. Pure.

import type { CommandResult } from "./protocol";

export function doctorLines(result: CommandResult): string[] {
  const checks = result.checks ?? [];
  const lines = checks.map((check) => {
    const fix = check.fix ? `; ${check.fix}` : "";
    return `${check.level.padEnd(7)}  ${check.id}: ${check.detail}${fix}`;
  });
  return [...lines, result.message];
}
