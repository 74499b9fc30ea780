#!/bin/bash
# The expression tests of the MapLibre style specification, which are kept outside of this repository: STYLE_EXPRESSIONS
# says where, or they are looked for beside it. known.txt names those that may fail.
# usage: tests/style/run.sh BUILD_FOLDER
cd "$(dirname "$0")/../.." || exit 2
folder=${STYLE_EXPRESSIONS:-../shared/fixtures/style-expressions}
if [ ! -d "$folder" ]; then
	echo "skipped: no expression tests in $folder"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
exec "$1/style-fixtures" "$folder" --known tests/style/known.txt
