"""The HTTP API: one controller a resource. `service.web.app.create_app` wires them."""
