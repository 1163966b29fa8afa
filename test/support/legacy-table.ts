/** The table of the contract, written out anew: older, canonical. */
export const TABLE = [
  ["GET /service_tickets", "GET /service-tickets"],
  ["GET /tickets/12", "GET /service-tickets/12"],
  ["PUT /tickets/12/add-part/3", "PUT /service-tickets/12/add-part/3"],
  ["DELETE /service_tickets/12/mechanics/3", "DELETE /service-tickets/12/mechanics/3"],
  ["GET /service-tickets/my-tickets", "GET /customers/my-tickets"],
  ["GET /service-tickets/customer/my-tickets", "GET /customers/my-tickets"],
  ["GET /customers/mytickets", "GET /customers/my-tickets"],
  ["GET /service-tickets/mechanic/my-tickets", "GET /mechanics/my-tickets"],
  ["POST /service-tickets/mechanic/create", "POST /service-tickets"],
  ["PUT /service-tickets/12/edit", "PUT /service-tickets/12/edit-mechanics"],
  ["PUT /service-tickets/12/mechanics", "PUT /service-tickets/12/edit-mechanics"],
  ["PUT /service-tickets/12/remove-part/3", "DELETE /service-tickets/12/parts/3"],
  ["GET /mechanics/leaderboard/most-tickets", "GET /mechanics/leaderboard"],
  ["GET /mechanics/ranked", "GET /mechanics/leaderboard"],
  ["GET /mechanics/popular", "GET /mechanics/top"],
  ["DELETE /mechanics/admin/delete/12", "DELETE /mechanics/12"],
  ["DELETE /customers/admin/delete/12", "DELETE /customers/12"],
  ["PUT /mechanics/admin/update/12", "PUT /mechanics/12"],
  ["PUT /customers/admin/update/12", "PUT /customers/12"],
  ["POST /customers/register", "POST /customers"],
  ["POST /users/register", "POST /customers"],
  ["POST /users/login", "POST /auth/login"],
  ["POST /login", "POST /auth/login"],
  ["GET /api/docs", "GET /docs"],
  ["GET /swagger", "GET /docs"],
  ["GET /tickets/my-tickets", "GET /customers/my-tickets"],
  ["GET /service_tickets/mechanic/my-tickets", "GET /mechanics/my-tickets"],
  ["PUT /tickets/12/remove-part/3", "DELETE /service-tickets/12/parts/3"],
] as const;

/** The method and the path of a route. */
export const split = (text: string): [method: string, path: string] => {
  const [method = "", path = ""] = text.split(" ");
  return [method, path];
};
