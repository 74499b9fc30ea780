#!/bin/bash
# Floors, format, cppcheck and clang-tidy over our own C, and scripts that need too new a Node. Exit code 1 when any of
# them has a word to say.
cd "$(dirname "$0")/../.." || exit 2
bad=0
mapfile -t c < <(git ls-files 'src/*.[ch]' 'tests/*.[ch]' 'data-samples/*.[ch]')
mapfile -t units < <(git ls-files 'src/*.c')

echo "floors"
tests/lint/floors.sh || bad=1
echo "format"
clang-format --dry-run --Werror "${c[@]}" || bad=1
echo "words"
node tests/lint/words.mjs || bad=1
echo "scripts"
# Debian 12 has Node 18: what came later works only on the machine where it was written.
! git grep -nE '\.(toSorted|toReversed|toSpliced|with)\(|Object\.groupBy|withResolvers|Array\.fromAsync|import\.meta\.dirname' \
	-- 'tests/*.mjs' || bad=1
echo "cppcheck"
cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -j2 \
	--suppress=missingIncludeSystem --suppress=unknownMacro -Isrc "${units[@]}" || bad=1
echo "clang-tidy"
flags="-std=c17 -D_GNU_SOURCE -Isrc -Ibuild/gen $(pkg-config --cflags gdal proj libmicrohttpd libcyaml jansson freetype2 librsvg-2.0 libxml-2.0 glib-2.0 pangocairo pangoft2)"
# The analyzer looks at so many states of a function: 40000 take three times as long, clang's own 225000 twelve times, and
# both have found nothing more here. LINT_STATES=225000 looks as far.
deep=()
for word in -analyzer-config "max-nodes=${LINT_STATES:-10000}"; do
	deep+=(--extra-arg=-Xclang "--extra-arg=$word")
done
# One file a run: the va_list check of clang-tidy 14 finds va_start only in the first file of a run.
# shellcheck disable=SC2086 # a list of flags
printf '%s\n' "${units[@]}" | xargs -P2 -n1 sh -c 'clang-tidy --quiet "$@" -- '"$flags"' 2>/dev/null' tidy "${deep[@]}" || bad=1
[ $bad -eq 0 ] && echo "lint: nothing to say"
exit $bad
