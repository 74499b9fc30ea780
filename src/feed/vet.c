#include "feed/vet.h"

#include "base/file.h"
#include "base/text.h"
#include "feed/freeze.h"
#include "feed/identity.h"
#include "feed/sidecar.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

void mm_vet_where(const struct mm_layer_def *def, unsigned line, char *ret, size_t size)
{
	if (line)
		(void)snprintf(ret, size, "%s:%u", def->file, line);
	else
		(void)snprintf(ret, size, "%s", def->file);
}

bool mm_vet_is_remote(const char *path)
{
	const char *scheme = strstr(path, "://");

	return strcasestr(path, "/vsi") || strchr(path, '\\') || mm_text_starts(path, "//") ||
	       (scheme && !memchr(path, '/', (size_t)(scheme - path))) || strncasecmp(path, "http:", 5) == 0;
}

/* The key that names what is vetted. */
static const char *key_of(const struct mm_layer_def *def)
{
	return def->is_tiles ? "tiles" : def->is_raster ? "raster" : "source";
}

static bool is_within(const char *real, const char *dir)
{
	size_t n = strlen(dir);

	while (n && dir[n - 1] == '/')
		n--;
	return strncmp(real, dir, n) == 0 && (real[n] == '/' || real[n] == '\0');
}

static bool is_allowed(const struct mm_map_def *map, const char *real)
{
	if (!map)
		return true;
	for (size_t i = 0; i < map->allow_count; i++)
		if (map->allow[i][0] == '/' && is_within(real, map->allow[i]))
			return true;
	return false;
}

static enum mm_code pick_drivers(const struct mm_layer_def *def, const char *where, struct mm_vetted *v,
				 struct mm_err *reterr)
{
	static const struct mm_driver tiles = {.name = "tiles", .opens_once = true};
	const struct mm_driver *d;
	char name[MM_SOURCE_NAME_MAX];

	mm_layer_def_source_name(def, name, sizeof(name));
	if (def->is_tiles) { /* read by archive/, not by GDAL */
		v->driver[0] = &tiles;
		v->driver_count = 1;
		return MM_OK;
	}
	if (def->is_raster) {
		v->driver[0] = mm_raster_driver_by_path(def->source);
		v->driver_count = v->driver[0] ? 1 : 0;
	} else if (*def->driver) {
		d = mm_driver_find(def->driver);
		if (!d)
			return mm_fail(
			    reterr, MM_E_INVALID, where,
			    "driver \"%s\" is not on the list of allowed ones: use ESRI Shapefile, MapInfo "
			    "File, GPKG, GeoJSON, GML, CSV or the like, or convert the source",
			    def->driver);
		v->driver[0] = d;
		v->driver_count = 1;
	} else if (def->source_is_path) {
		const char *dot = strrchr(def->source, '.');

		if (dot && strcasecmp(dot, ".vrt") == 0)
			return mm_fail(reterr, MM_E_INVALID, where,
				       "source \"%s\" is a VRT, which names other files: write driver: VRT "
				       "if it is yours",
				       def->source);
		v->driver_count = mm_driver_by_path(def->source, v->driver);
	} else {
		v->driver[0] = mm_driver_by_connection(def->source);
		v->driver_count = v->driver[0] ? 1 : 0;
	}
	if (!v->driver_count || !v->driver[0])
		return mm_fail(reterr, MM_E_INVALID, where,
			       "source \"%s\" is of no known kind: add driver: (known extensions: %s)", name,
			       mm_driver_extensions);
	if (v->driver[0]->needs_network == def->source_is_path)
		return mm_fail(reterr, MM_E_INVALID, where,
			       "driver \"%s\" does not read a source like \"%s\"", v->driver[0]->name, name);
	return MM_OK;
}

static enum mm_code vet_connection(const struct mm_map_def *map, const struct mm_layer_def *def,
				   const char *where, struct mm_vetted *v, struct mm_err *reterr)
{
	for (size_t i = 0; map && i < map->allow_count; i++)
		if (strcmp(map->allow[i], def->source) == 0) {
			v->open = def->source;
			v->list_dir = "";
			v->identity = mm_source_identity(def);
			return MM_OK;
		}
	return mm_fail(reterr, MM_E_INVALID, where,
		       "this connection is not allowed: add it, letter by letter, to allow: in map.yaml");
}

/* Real paths of the parts that lie within the allowed folders. A part beside the source that leads out of
 * them is left out: GDAL will not be able to read it. */
static enum mm_code vet_parts(const struct mm_map_def *map, const struct mm_layer_def *def, const char *where,
			      const struct mm_sidecars *parts, struct mm_arena *mem, struct mm_vetted *v,
			      struct mm_err *reterr)
{
	const char **readable = mm_arena_array(mem, parts->count, sizeof(*readable));
	char real[PATH_MAX];

	if (!readable)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < parts->count; i++) {
		struct stat st;

		if (!realpath(parts->path[i], real) || stat(real, &st) != 0)
			continue;
		if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) /* a pipe would be waited for */
			return mm_fail(
			    reterr, MM_E_INVALID, where,
			    "%s \"%s\": \"%s\" beside it is neither a file nor a folder: remove it",
			    key_of(def), def->source, mm_file_base_name(parts->path[i]));
		if (!is_allowed(map, real)) {
			if (i)
				continue;
			return mm_fail(
			    reterr, MM_E_INVALID, where,
			    "%s \"%s\" lies outside the folders of this map: add its folder to allow: in "
			    "map.yaml",
			    key_of(def), def->source);
		}
		readable[v->readable_count] = mm_arena_text(mem, real, strlen(real));
		if (!readable[v->readable_count++])
			return mm_fail_nomem(reterr);
	}
	if (!v->readable_count)
		return mm_fail(reterr, MM_E_NOT_FOUND, where, "%s \"%s\": there is no such file", key_of(def),
			       def->source);
	v->readable = readable;
	return MM_OK;
}

static enum mm_code vet_file(const struct mm_map_def *map, const struct mm_layer_def *def, const char *where,
			     struct mm_arena *mem, struct mm_vetted *v, struct mm_err *reterr)
{
	struct mm_sidecars parts;
	struct mm_identity id;
	struct stat st;
	enum mm_code rc;

	if (stat(def->source, &st) != 0)
		return mm_fail(reterr, errno == ENOENT || errno == ENOTDIR ? MM_E_NOT_FOUND : MM_E_IO, where,
			       "%s \"%s\": %s", key_of(def), def->source,
			       errno == ENOENT ? "there is no such file" : strerror(errno));
	MM_CHECK(v->driver[0]);
	if (v->driver[0]->is_folder ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
		return mm_fail(reterr, MM_E_INVALID, where, "%s \"%s\" is not a %s", key_of(def), def->source,
			       v->driver[0]->is_folder ? "folder" : "file");
	rc = mm_sidecars_find(def->source, mem, &parts, reterr);
	if (!rc)
		rc = vet_parts(map, def, where, &parts, mem, v, reterr);
	if (rc)
		return rc;
	mm_identity_read(&parts, def->hash, &id);
	v->open = def->source;
	v->list_dir = parts.dir;
	v->bytes = id.bytes;
	v->changed_ms = id.changed_ms;
	v->identity = id.hash;
	if (v->driver[0]->only_by_name && map) { /* a VRT may name files in any allowed folder */
		v->readable = map->allow;
		v->readable_count = map->allow_count;
		v->bytes = 0; /* of the files it names: unknown */
	}
	return MM_OK;
}

enum mm_code mm_vet(const struct mm_map_def *map, const struct mm_layer_def *def, struct mm_arena *mem,
		    struct mm_vetted *ret, struct mm_err *reterr)
{
	struct mm_vetted v = {0};
	char where[sizeof(reterr->where)], name[MM_SOURCE_NAME_MAX];
	enum mm_code rc;

	mm_vet_where(def, def->source_line, where, sizeof(where));
	mm_layer_def_source_name(def, name, sizeof(name));
	if ((def->source_is_path || !mm_driver_by_connection(def->source)) && mm_vet_is_remote(def->source))
		return mm_fail(reterr, MM_E_INVALID, where,
			       "%s \"%s\" is a network or virtual path, which is never followed: fetch "
			       "the file first",
			       key_of(def), name);
	if (mm_text_utf8_valid(def->source, strlen(def->source)) != strlen(def->source))
		return mm_fail(reterr, MM_E_INVALID, where, "the path of the source is not UTF-8: rename it");
	rc = pick_drivers(def, where, &v, reterr);
	if (!rc)
		rc = def->source_is_path ? vet_file(map, def, where, mem, &v, reterr)
					 : vet_connection(map, def, where, &v, reterr);
	if (!rc)
		*ret = v;
	return rc;
}

enum mm_code mm_vet_path(const char *path, struct mm_arena *mem, struct mm_vetted *ret, struct mm_err *reterr)
{
	char real[PATH_MAX];
	struct mm_layer_def def = {.file = path, .id = "", .driver = "", .source_is_path = true};

	if (mm_driver_by_connection(
		path)) { /* whoever names a database at the command line may look into it */
		const struct mm_map_def map = {.allow = &path, .allow_count = 1};

		def.source = path;
		def.source_is_path = false;
		def.file = "source";
		return mm_vet(&map, &def, mem, ret, reterr);
	}
	if (mm_vet_is_remote(path))
		return mm_fail(reterr, MM_E_INVALID, path,
			       "network and virtual paths are not read: fetch the file first");
	/* not the real path: files beside a symbolic link belong to it */
	if (*path == '/')
		def.source = path;
	else if (realpath(".", real))
		def.source = mm_arena_printf(mem, "%s/%s", strcmp(real, "/") == 0 ? "" : real, path);
	else
		return mm_fail(reterr, MM_E_IO, path, "%s", strerror(errno));
	if (!def.source)
		return mm_fail_nomem(reterr);
	return mm_vet(NULL, &def, mem, ret, reterr);
}
