/* The page at /docs: Swagger UI for the API's own document; /docs?legacy shows that of the legacy paths. In a file of its
   own, since the page allows no inline script. */
window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: location.search === "?legacy" ? "/openapi-legacy.json" : "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    validatorUrl: null,
  });
});
