/** Currencies of ISO 4217 whose amounts have no decimals, or three. */
const OTHER_DECIMALS: ReadonlySet<string> = new Set(
  "BHD BIF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX UYI VND VUV XAF XOF XPF".split(" "),
);

/** Is this the code of a currency (ISO 4217), in capitals? */
export const isCurrency = (code: string): boolean => Intl.supportedValuesOf("currency").includes(code);

/** Have amounts in this currency two decimals, as all amounts of the API? */
export const hasTwoDecimals = (currency: string): boolean => !OTHER_DECIMALS.has(currency);
