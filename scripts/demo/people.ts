/** Everyone is made up; the first customer and the first mechanic are the demo logins. */
export const MECHANICS = [
  { name: "Max Okafor", specialty: "Engines", salary: 64_000 },
  { name: "Ingrid Solberg", specialty: "Brakes and suspension", salary: 61_500 },
  { name: "Tomás Herrera", specialty: "Electrics", salary: 66_250 },
  { name: "Priya Raman", specialty: "Diagnostics", salary: 68_900 },
  { name: "Walter Novak", specialty: "Transmissions", salary: 63_700 },
  { name: "Aiko Tanabe", specialty: "Hybrids", salary: 70_400 },
  { name: "Samir Haddad", specialty: "Air conditioning", salary: 58_300 },
  { name: "Greta Lindqvist", specialty: "Tyres and wheels", salary: 52_800 },
] as const;

/** Signed up by himself and waits for an admin. */
export const APPLICANT = { name: "Jonas Weber", specialty: "Exhausts", salary: 55_000 } as const;

export const CUSTOMERS = [
  "Cora Delgado",
  "Abel Whitlock",
  "Beatrix Oyelaran",
  "Callum Petrie",
  "Dalia Rosen",
  "Edgar Moretti",
  "Freya Castellan",
  "Gideon Marsh",
  "Hanna Kowalczyk",
  "Ivo Brandt",
  "Jocelyn Achebe",
  "Kamal Siddiqui",
  "Lotte Vermeer",
  "Milo Fairbanks",
  "Nadia Petrova",
  "Oscar Lindholm",
  "Paloma Reyes",
  "Quentin Ashby",
  "Rosa Almeida",
  "Stellan Berg",
  "Tamsin Hollis",
  "Umberto Galli",
  "Vera Stanković",
  "Wendell Crane",
  "Ximena Duarte",
  "Yusuf Karaca",
  "Zelda Northcott",
  "Anders Holm",
  "Bianca Ferraro",
  "Cyrus Mahdavi",
  "Delphine Arnaud",
  "Emeka Nwosu",
  "Fiona Gallagher-Pike",
  "Grant Tilbury",
  "Hiro Matsuda",
  "Isla Drummond",
  "Jasper Thorne",
  "Keira Blackwood",
  "Leandro Souza",
  "Mei-Ling Zhou",
  "Niall Devereux",
  "Odette Marchand",
  "Pavel Dvořák",
  "Renata Cruz",
  "Silas Underhill",
] as const;

export const STREETS = ["Camshaft Street", "Piston Road", "Gasket Lane", "Crankcase Avenue", "Dipstick Drive", "Sprocket Square"] as const;

export const NOTES = [
  "Customer waits in the shop.",
  "Call before any work beyond the estimate.",
  "Keys are in the drop box.",
  "Noise is louder when the engine is cold.",
  "Please keep the old parts for the customer.",
  "Wheel lock key is in the glove box.",
] as const;
