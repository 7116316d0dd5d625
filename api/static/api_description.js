// Shows the API description with the bundled Swagger UI; no inline script, nothing from elsewhere.
window.addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api-description", validatorUrl: null, deepLinking: true });
});
