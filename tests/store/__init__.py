"""The contract of `service.storage.port`: one suite, which every store passes."""
