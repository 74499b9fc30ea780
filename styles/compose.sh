#!/bin/sh
# Writes OUT/direction-D-STAGE[-STATUS].svg, the symbols of projects, from the parts in styles/icons/parts: the shape and
# the sign tell the direction, the outline and the fill the stage, a badge the status.
#
#   compose.sh OUT
set -eu
out=$1
parts=$(dirname "$0")/icons/parts
mkdir -p "$out"

inside() {
	sed '1d;$d' "$1"
}

# What is decided is filled; a design is an outline, an idea a dashed one. The first line of a part is its shape.
drawn() {
	case $2 in
	works | done) inside "$parts/direction-$1.svg" ;;
	*)
		dash=
		[ "$2" = design ] || dash=' stroke-dasharray="3.2 2.2"'
		inside "$parts/direction-$1.svg" | sed "
			1{
				h
				s/fill-direction-$1 /fill-icon-halo /; s/stroke-width=\"[^\"]*\"/stroke-width=\"4.4\"/; p
				g
				s/fill-direction-$1 stroke-icon-halo/fill-icon-halo stroke-direction-$1/
				s/stroke-width=\"[^\"]*\"/stroke-width=\"2\"$dash/
			}
			s/stroke-icon-sign/stroke-direction-$1/"
		;;
	esac
	[ "$2" != done ] || inside "$parts/stage-done.svg"
}

for direction in 0 1 2 3 4 5 6; do
	for stage in idea design works done; do
		for status in '' -late -risk -stopped; do
			{
				sed 1q "$parts/direction-$direction.svg"
				drawn $direction $stage
				[ -z "$status" ] || inside "$parts/status$status.svg"
				echo '</svg>'
			} >"$out/direction-$direction-$stage$status.svg"
		done
	done
done
