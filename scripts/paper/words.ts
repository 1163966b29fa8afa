/** Words that each must have, as programs read them; and what none may have. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  "estimate-polish": ["Łukasz Żółć", "Wymiana klocków, źródło hałasu: łożysko", "431,98"],
  "invoice-greek": ["Αλέξανδρος Χατζής", "Φίλτρο λαδιού, θέση 41", "8.400,00", "19/11/2026, 12:05", "Page 3 of 3"],
  "credit-note-cyrillic": ["Екатерина Щербакова", "Ґудзик", "Corrects invoice 2026-000112", "їх замінено"],
  "invoice-hostile": ["Zoë O’Brien", "A & B <Motors> \\ (Texas) LLC", "$180.00"],
  "service-log-chinese": ["更换前刹车片", "王记汽车修理", "Łukasz"],
};
export const SECRETS: readonly string[] = ["12345.67", "12,345.67", "12.345,67", "12 345,67"];
