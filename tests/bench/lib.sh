# What the scripts here share; sourced with the root of the tree as the working folder.
peers=${PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/munimap-bench}
PATH=$peers/bin:$PATH:/usr/sbin:/usr/lib/postgresql/15/bin:/usr/lib/cgi-bin
all_peers="postgis nginx mapserver map2img qgis-server wrk tippecanoe martin planetiler pg_featureserv"

# have PEER: is it installed?
have() {
	case $1 in
	postgis) command -v initdb >/dev/null && [ -f /usr/share/postgresql/15/extension/postgis.control ] ;;
	mapserver) command -v mapserv >/dev/null && command -v spawn-fcgi >/dev/null ;;
	qgis-server) [ -f "${QGIS_SERVER_MODULES:-/usr/lib/qgis/server}/libwms.so" ] && /usr/bin/python3 -c 'import qgis.server' 2>/dev/null ;;
	planetiler) [ -d "$peers/planetiler" ] && command -v java >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# reason PEER: why it could not be installed, as deps.sh found
reason() {
	cat "$peers/log/why-$1" 2>/dev/null || cat "$peers/log/why-debian" 2>/dev/null || echo "run make bench-deps"
}

version() {
	case $1 in
	postgis) dpkg-query -W -f '${Version}' postgresql-15-postgis-3 ;;
	nginx) nginx -v 2>&1 | sed 's/.*\///' ;;
	qgis-server) dpkg-query -W -f '${Version}' libqgis-server3.22.16 | sed 's/+.*//' ;;
	mapserver | map2img) mapserv -v | sed 's/MapServer version \([0-9.]*\).*/\1/' ;;
	wrk) wrk -v 2>&1 | sed -n '1s/wrk \(debian\/\)\{0,1\}\([0-9.]*\).*/\2/p' ;;
	tippecanoe) tippecanoe --version 2>&1 | sed 's/.* v//' ;;
	pg_featureserv) pg_featureserv --version 2>&1 | sed 's/.* //' ;;
	martin) martin --version | sed 's/.* //' ;;
	*) echo there ;;
	esac
}
