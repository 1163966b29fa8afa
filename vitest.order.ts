import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest of all files, in falling order: one of them begun last would run alone while the other cores wait. */
const LONGEST = [
  "tooling/demo-data",
  "fuzz/fuzz",
  "simulation/simulation",
  "security/matrix",
  "http/every-path",
  "bench/attacker",
  "contract/who-may",
  "tooling/moving",
  "invariants/soak",
  "features/records-as-they-come",
  "http/if-match",
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank < 0 ? LONGEST.length : rank;
};

/** Starts the longest files first; the others as vitest does. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
