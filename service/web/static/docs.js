// Swagger UI has a closed lock where no key is needed, and an open one where it is: so it is left out where none is.
const locks = () => ({
  wrapComponents: {
    OperationSummary: (Original, { React }) => (given) => {
      const ways = given.operationProps.get("security");
      const open = ways && ways.some((way) => way.size === 0);
      const operationProps = open ? given.operationProps.delete("security") : given.operationProps;
      return React.createElement(Original, { ...given, operationProps });
    },
  },
});

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
  plugins: [locks],
});
