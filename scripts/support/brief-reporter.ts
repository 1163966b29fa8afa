import { DefaultReporter, type TestModule } from "vitest/node";

const SLOWEST = 10;

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

/** Vitest's own report without a line per file: what failed and how many tests there were, then the slowest files. */
export default class BriefReporter extends DefaultReporter {
  constructor() {
    super({ summary: false, silent: "passed-only" });
  }

  override printTestModule(): void {}

  override onTestRunEnd(...[modules, errors, reason]: Parameters<DefaultReporter["onTestRunEnd"]>): void {
    const timed = modules.map((module) => ({ name: this.relative(module.moduleId), ms: timeOf(module) })).sort((a, b) => b.ms - a.ms);
    if (timed.length > SLOWEST) {
      this.log("Slowest files:");
      for (const { name, ms } of timed.slice(0, SLOWEST)) this.log(`${seconds(ms).padStart(9)}  ${name}`);
    }
    super.onTestRunEnd(modules, errors, reason);
  }
}

const timeOf = (module: TestModule): number => {
  const { setupDuration, collectDuration, duration } = module.diagnostic();
  return setupDuration + collectDuration + duration;
};
