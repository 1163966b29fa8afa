/** Words that each must have, as programs read them; and what none may have. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  "estimate-polish": ["Łukasz Żółć", "Wymiana klocków, źródło hałasu: łożysko", "431,98"],
  "invoice-greek": ["Αλέξανδρος Χατζής", "Φίλτρο λαδιού, θέση 41", "8.400,00", "19/11/2026, 12:05", "Page 3 of 3"],
  "credit-note-cyrillic": ["Екатерина Щербакова", "Ґудзик", "Corrects invoice 2026-000112", "їх замінено"],
  "invoice-hostile": ["Zoë O’Brien", "A & B <Motors> \\ (Texas) LLC", "$180.00"],
  "service-log-chinese": ["更换前刹车片", "王记汽车修理", "Łukasz"],
  "receipt-polish": ["Receipt for invoice 2026-000121", "Łukasz Żółć", "bank transfer", "Przelew nr 17/XI, Łódź", "331,98", "200,00 zł"],
  "receipt-greek": ["Αλέξανδρος Χατζής", "ΚΑΡΤΑ-0091", "8.400,00", "26/11/2026"],
  "refund-cyrillic": ["Refund for invoice 2026-000112", "Екатерина Щербакова", "Ґудзик", "Given back on", "1 415,98"],
  "receipt-chinese": ["王小明", "支付宝 20261126", "11/26/2026", "CN¥500.00"],
};
export const SECRETS: readonly string[] = ["12345.67", "12,345.67", "12.345,67", "12 345,67"];
