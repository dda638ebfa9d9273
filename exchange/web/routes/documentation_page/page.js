"use strict";
// Nothing is sent from here: no method can be tried, and no other description can be named.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#routes",
  supportedSubmitMethods: [],
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  showExtensions: true,
});
