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

/** Remembers what a figure counts, to say it above the listing behind it. */
export const explain = (title, { drilldown, basis, formula, value, unit }) => {
  explained.set(drilldown, { title, basis, formula, value, unit });
  return listing(drilldown);
};
export const explanationOf = (drilldown) => explained.get(drilldown);
