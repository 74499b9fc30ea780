#!/bin/sh
# Writes OUT/assets.c and OUT/assets.S: a table of files built into the program, each as it is and, where that pays,
# compressed with brotli and gzip. The .S file takes the bytes in by .incbin.
#
#   embed.sh OUT NAME=FILE...
set -eu
export LC_ALL=C
out=$1
shift
work=$out/assets
mkdir -p "$work"

media() {
	case $1 in
	*.html) echo "text/html; charset=utf-8" ;;
	*.js | *.mjs) echo "text/javascript; charset=utf-8" ;;
	*.css) echo "text/css; charset=utf-8" ;;
	*.json) echo "application/json" ;;
	*.svg) echo "image/svg+xml" ;;
	*.png) echo "image/png" ;;
	*) echo "application/octet-stream" ;;
	esac
}

# One blob: its bytes between two labels.
blob() {
	printf '\t.balign 16\n%s:\n\t.incbin "%s"\n%s_end:\n' "$1" "$2" "$1"
}

printf '\t.section .rodata\n' >"$work/S"
: >"$work/externs"
: >"$work/rows"
i=0
for pair in $(printf '%s\n' "$@" | sort); do
	name=${pair%%=*} file=${pair#*=}
	i=$((i + 1))
	size=$(wc -c <"$file")
	blob "mm_asset_$i" "$file" >>"$work/S"
	printf 'extern const unsigned char mm_asset_%d[], mm_asset_%d_end[];\n' $i $i >>"$work/externs"
	br=NULL br_len=0 gz=NULL gz_len=0
	if [ "$size" -gt 1000 ]; then
		key=$(printf '%s' "$name" | tr '/' '_')
		if [ ! "$work/$key.br" -nt "$file" ]; then
			brotli -f -q 11 -o "$work/$key.br" "$file"
			gzip -9 -n -c "$file" >"$work/$key.gz"
		fi
		for ext in br gz; do
			[ "$(wc -c <"$work/$key.$ext")" -lt "$size" ] || continue
			blob "mm_asset_${i}_$ext" "$work/$key.$ext" >>"$work/S"
			printf 'extern const unsigned char mm_asset_%d_%s[], mm_asset_%d_%s_end[];\n' $i $ext $i $ext >>"$work/externs"
			eval "$ext=mm_asset_${i}_$ext ${ext}_len=$(wc -c <"$work/$key.$ext")"
		done
	fi
	printf '\t{"%s", "%s", mm_asset_%d, %d, %s, %s, %d, %d},\n' "$name" "$(media "$name")" $i "$size" $br $gz $br_len $gz_len \
		>>"$work/rows"
done
printf '\t.section .note.GNU-stack,"",@progbits\n' >>"$work/S"
{
	echo '#include "style/asset.h"'
	cat "$work/externs"
	echo 'const struct mm_asset mm_assets[] = {'
	cat "$work/rows"
	echo '};'
	echo 'const size_t mm_asset_count = sizeof(mm_assets) / sizeof(mm_assets[0]);'
} >"$out/assets.c"
# .global for every label that C names
{
	sed -nE 's/^(mm_asset_[a-z0-9_]+):$/\t.global \1/p' "$work/S"
	cat "$work/S"
} >"$out/assets.S"
