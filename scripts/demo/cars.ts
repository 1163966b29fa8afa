/** What drives into the shop: make, its world manufacturer identifier, descriptor and plant in the VIN, models. */
export const CARS = [
  { make: "Toyota", maker: "4T1", kind: "B11HK", plant: "U", models: ["Camry", "Corolla", "RAV4"] },
  { make: "Honda", maker: "1HG", kind: "CV1F3", plant: "A", models: ["Civic", "Accord", "CR-V"] },
  { make: "Ford", maker: "1FA", kind: "HP3K2", plant: "L", models: ["Focus", "Fusion", "Escape"] },
  { make: "Chevrolet", maker: "1G1", kind: "ZD5ST", plant: "F", models: ["Malibu", "Cruze", "Equinox"] },
  { make: "Volkswagen", maker: "3VW", kind: "CB7BU", plant: "M", models: ["Jetta", "Golf", "Tiguan"] },
  { make: "Nissan", maker: "1N4", kind: "BL4BV", plant: "C", models: ["Altima", "Sentra", "Rogue"] },
  { make: "Subaru", maker: "JF1", kind: "VA1B6", plant: "G", models: ["Impreza", "Outback", "Forester"] },
  { make: "Mazda", maker: "JM1", kind: "BPAKL", plant: "1", models: ["Mazda3", "Mazda6", "CX-5"] },
  { make: "Hyundai", maker: "KMH", kind: "D84LF", plant: "U", models: ["Elantra", "Sonata", "Tucson"] },
  { make: "BMW", maker: "WBA", kind: "5R1C5", plant: "F", models: ["320i", "330i", "X3"] },
] as const;

export const COLORS = ["white", "black", "silver", "grey", "blue", "red", "dark green", "beige"] as const;
