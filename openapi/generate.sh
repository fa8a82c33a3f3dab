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
	python)
		# It takes an answer without a body for Any, in which the type of every other is lost; 304 is for caches.
		# And it takes a key that may be left out for one that may not.
		python -c 'import json, sys
document = json.load(sys.stdin)
for path in document["paths"].values():
    for operation in path.values():
        operation["responses"].pop("304", None)
        operation["security"] = [] if {} in operation["security"] else operation["security"]
json.dump(document, sys.stdout)' <openapi.json >"$folder/python.json"
		openapi-python-client generate --meta uv --path "$folder/python.json" \
			--config python.yaml --output-path "$folder/python"
		rm "$folder/python.json"
		;;
	typescript) node node_modules/@hey-api/openapi-ts/bin/run.js --no-log-file --file typescript.config.ts \
		--output "$folder/typescript" ;;
	java) openapi-generator-cli generate --config java.yaml --output "$folder/java" ;;
	esac
done
