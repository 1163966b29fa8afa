/** Where things are on this page: everything after the # is a place, so that links, "back" and a new login keep it. */

/** The listing behind a figure, by the path and query that the API gives for it. */
export const listing = (drilldown) => `#/list${drilldown}`;

export const place = {
  overview: (query = {}) => `#/${Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ""}`,
  ticket: (id) => `#/ticket/${id}`,
  customer: (id) => `#/customer/${id}`,
  vehicle: (id) => `#/vehicle/${id}`,
  invoice: (id) => `#/invoice/${id}`,
  estimate: (id) => `#/estimate/${id}`,
  search: (q) => `#/search?${new URLSearchParams({ q })}`,
};

/** The place that the address names: its path, and its query. */
export const here = () => {
  const [path = "", query = ""] = location.hash.slice(1).split("?");
  return { path: path || "/", query: new URLSearchParams(query), whole: location.hash.slice(1) || "/" };
};

const explained = new Map();

/**
 * The attributes of a link to what a figure is made of. Whoever follows it finds there what the figure counts: several
 * figures have one listing, so it is remembered which one led to it.
 */
export const wayTo = (title, { drilldown, basis, formula, value, unit }) => ({
  href: listing(drilldown),
  onclick: () => explained.set(drilldown, { title, basis, formula, value, unit }),
});
export const explanationOf = (drilldown) => explained.get(drilldown);
