#!/bin/sh
# Makes clients from openapi.json: generate.sh FOLDER LANGUAGE...
# A language is python, typescript or java; its client is in FOLDER/LANGUAGE. The generators are on the path.
set -eu
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
cd "$(dirname "$0")"
for language; do
	case $language in
	python | typescript | java) rm -rf "${folder:?}/$language" ;; # Else what is no longer made would stay.
	*) echo "No client is made in $language." >&2 && exit 2 ;;
	esac
	case $language in
	python) openapi-python-client generate --meta uv --path openapi.json \
		--config python.yaml --output-path "$folder/python" ;;
	typescript) node node_modules/@hey-api/openapi-ts/bin/run.js --no-log-file --file typescript.config.ts \
		--output "$folder/typescript" ;;
	java) openapi-generator-cli generate --config java.yaml --output "$folder/java" ;;
	esac
done
