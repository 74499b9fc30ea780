#include "feed/definition.h"

#include "archive/writer.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/drivers.h"
#include "feed/yaml_load.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* One layer file: from what libcyaml gives to a definition, with every text in the arena and every path
 * absolute. */

enum { ID_MAX = 64 };

/* Keys that say how features are read or drawn: tiles and pictures have none of their own. */
static enum mm_code check_alone(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				struct mm_err *reterr)
{
	const struct {
		const char *key;
		bool is_there;
	} rows[] = {
	    {"driver", raw->driver},
	    {"table", raw->table},
	    {"sql", raw->sql},
	    {"open_options", raw->open_options},
	    {"crs", raw->crs && raw->tiles},
	    {"encoding", raw->encoding},
	    {"swap_axes", raw->swap_axes},
	    {"point", raw->point},
	    {"id_field", raw->id_field},
	    {"role", raw->role},
	    {"time", raw->time},
	    {"editable", raw->editable},
	    {"fields", raw->fields},
	    {"coverage", raw->coverage},
	    {"importance", raw->importance},
	    {"cluster", raw->cluster},
	    {"style", raw->style && raw->raster},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].is_there)
			return mm_def_wrong(rd, rows[i].key, reterr, "%s: is of no use beside %s: remove it",
					    rows[i].key,
					    raw->tiles ? "tiles, which are served as they are"
						       : "raster, which has no features");
	return MM_OK;
}

/* One of source, tiles and raster is written, and no other. */
static enum mm_code check_source(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				 struct mm_err *reterr)
{
	if (raw->source && raw->tiles)
		return mm_def_wrong(rd, "tiles", reterr, "source and tiles exclude each other: keep one");
	if (raw->raster && (raw->source || raw->tiles))
		return mm_def_wrong(rd, "raster", reterr, "%s and raster exclude each other: keep one",
				    raw->source ? "source" : "tiles");
	if (!raw->source && !raw->tiles && !raw->raster)
		return mm_def_wrong(rd, "source", reterr, "key \"source\" is missing: add it");
	return raw->tiles || raw->raster ? check_alone(rd, raw, reterr) : MM_OK;
}

void mm_layer_def_source_name(const struct mm_layer_def *d, char *ret, size_t size)
{
	const size_t kind = *d->source == '/' ? 1 + strcspn(d->source + 1, "/") : strcspn(d->source, ":");
	const char *end = d->source[kind] ? d->source + kind + 1 : d->source + kind;

	if (d->source_is_path)
		(void)snprintf(ret, size, "%.200s", d->source);
	else
		(void)snprintf(ret, size, "%.*s...", end - d->source > 40 ? 40 : (int)(end - d->source),
			       d->source);
}

static enum mm_code check_is_path(const struct mm_def_reading *rd, const struct mm_layer_def *d,
				  const char *key, const char *what, struct mm_err *reterr)
{
	char name[MM_SOURCE_NAME_MAX];

	if (d->source_is_path)
		return MM_OK;
	mm_layer_def_source_name(d, name, sizeof(name));
	return mm_def_wrong(
	    rd, key, reterr,
	    "%s \"%s\" is no path of a file: nothing is fetched from a network, copy the %s here", key, name,
	    what);
}

static enum mm_code check_tiles_path(const struct mm_def_reading *rd, const struct mm_layer_def *d,
				     struct mm_err *reterr)
{
	const enum mm_code rc = check_is_path(rd, d, "tiles", "archive", reterr);

	if (rc)
		return rc;
	if (!mm_archive_is_known(d->source))
		return mm_def_wrong(rd, "tiles", reterr,
				    "tiles \"%.120s\": write a .pmtiles or .mbtiles file; other data go to "
				    "source:",
				    d->source);
	return MM_OK;
}

static enum mm_code check_raster_path(const struct mm_def_reading *rd, const struct mm_layer_def *d,
				      struct mm_err *reterr)
{
	const enum mm_code rc = check_is_path(rd, d, "raster", "picture", reterr);

	if (rc)
		return rc;
	if (!mm_raster_driver_by_path(d->source))
		return mm_def_wrong(rd, "raster", reterr,
				    "raster \"%.120s\" is of no known kind: write a file with one of the "
				    "extensions %s, or convert it with gdal_translate",
				    d->source, mm_raster_extensions);
	return MM_OK;
}

static enum mm_code is_an_archive(const struct mm_def_reading *rd, const struct mm_layer_def *d,
				  struct mm_err *reterr)
{
	char name[MM_SOURCE_NAME_MAX];

	mm_layer_def_source_name(d, name, sizeof(name));
	return mm_def_wrong(rd, "source", reterr,
			    "source \"%s\" is an archive of tiles: write tiles: in place of source:", name);
}

/* "PG:", "https://" and the like: letters or digits and a colon, not a path. */
static bool is_connection(const char *source)
{
	size_t n = strspn(source, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n >= 2 && source[n] == ':';
}

static enum mm_code check_encoding(const struct mm_def_reading *rd, const char *encoding,
				   struct mm_err *reterr)
{
	iconv_t converter;

	if (!*encoding)
		return MM_OK;
	converter = iconv_open("UTF-8", encoding);
	if (converter == (iconv_t)-1)
		return mm_def_wrong(rd, "encoding", reterr,
				    "encoding \"%.40s\" is not known: write CP1251, CP866, KOI8-R or UTF-8",
				    encoding);
	(void)iconv_close(converter);
	return MM_OK;
}

static enum mm_code check_driver(const struct mm_def_reading *rd, const char *driver, struct mm_err *reterr)
{
	const char *near = NULL;
	size_t best = 4;

	if (!*driver || mm_driver_find(driver))
		return MM_OK;
	for (size_t i = 0; i < mm_driver_count; i++) {
		size_t d = mm_text_distance(driver, mm_drivers[i].name);

		if (d < best && d * 2 < strlen(driver)) {
			best = d;
			near = mm_drivers[i].name;
		}
	}
	if (near)
		return mm_def_wrong(rd, "driver", reterr,
				    "driver \"%.40s\" is not on the list of allowed ones: did you mean "
				    "\"%s\"?",
				    driver, near);
	return mm_def_wrong(
	    rd, "driver", reterr,
	    "driver \"%.40s\" is not on the list of allowed ones: use ESRI Shapefile, MapInfo "
	    "File, GPKG, GeoJSON, GML, CSV or the like, or convert the source",
	    driver);
}

static enum mm_code read_source(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				struct mm_layer_def *d, struct mm_err *reterr)
{
	const char *source = raw->tiles ? raw->tiles : raw->raster ? raw->raster : raw->source;
	enum mm_code rc = check_source(rd, raw, reterr);

	if (rc || !source)
		return rc;
	d->is_tiles = raw->tiles != NULL;
	d->is_raster = raw->raster != NULL;
	d->source_is_path = !is_connection(source) && !mm_text_starts(source, "/vsi");
	d->source = d->source_is_path ? mm_def_path(rd->path, source, rd->mem) : mm_def_text(rd, source);
	d->driver = mm_def_text(rd, raw->driver);
	d->table = mm_def_text(rd, raw->table);
	d->sql = mm_def_text(rd, raw->sql);
	d->encoding = mm_def_text(rd, raw->encoding);
	if (rd->mem->exhausted)
		return mm_fail_nomem(reterr);
	if (d->is_tiles)
		return check_tiles_path(rd, d, reterr);
	if (d->is_raster)
		return check_raster_path(rd, d, reterr);
	if (!*d->driver && mm_archive_is_known(d->source))
		return is_an_archive(rd, d, reterr);
	if (*d->table && *d->sql)
		return mm_def_wrong(rd, "sql", reterr, "table and sql exclude each other: keep one");
	rc = check_driver(rd, d->driver, reterr);
	return rc ? rc : check_encoding(rd, d->encoding, reterr);
}

static enum mm_code read_zoom(const struct mm_def_reading *rd, const struct mm_raw_zoom *raw,
			      struct mm_layer_def *d, struct mm_err *reterr)
{
	d->min_zoom = raw && raw->min ? *raw->min : 0;
	d->max_zoom = raw && raw->max ? *raw->max : MM_DEF_ZOOM_MAX;
	if (d->min_zoom > d->max_zoom || d->max_zoom > MM_DEF_ZOOM_MAX)
		return mm_def_wrong(rd, "zoom", reterr,
				    "zoom: min %u and max %u: write 0 <= min <= max <= %d", d->min_zoom,
				    d->max_zoom, MM_DEF_ZOOM_MAX);
	return MM_OK;
}

static enum mm_code read_id(const struct mm_def_reading *rd, const char *id, struct mm_layer_def *d,
			    struct mm_err *reterr)
{
	const char *name = mm_file_base_name(rd->path);
	size_t n = strlen(name);

	if (mm_text_ends(name, ".yaml"))
		n -= strlen(".yaml");
	d->id = id ? mm_def_text(rd, id) : mm_arena_text(rd->mem, name, n);
	if (!d->id)
		return mm_fail_nomem(reterr);
	if (mm_def_id_is_good(d->id))
		return MM_OK;
	if (id)
		return mm_def_wrong(rd, "id", reterr,
				    "id \"%.70s\": write 1 to %d small Latin letters, digits, _ or -", d->id,
				    ID_MAX);
	return mm_def_wrong(rd, "id", reterr,
			    "the file's name is no id: add id: with 1 to %d small Latin letters, digits, _ "
			    "or -",
			    ID_MAX);
}

static enum mm_code read_theme(const struct mm_def_reading *rd, const struct mm_map_def *map,
			       const char *theme, struct mm_layer_def *d, struct mm_err *reterr)
{
	const char **ids, *near;

	d->theme = mm_def_text(rd, theme);
	if (!theme || !*theme || map->theme_count == 0)
		return MM_OK;
	ids = mm_arena_array(rd->mem, map->theme_count, sizeof(*ids));
	if (!ids)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < map->theme_count; i++) {
		ids[i] = map->theme[i].id;
		if (strcmp(ids[i], theme) == 0)
			return MM_OK;
	}
	near = mm_text_nearest(theme, ids, map->theme_count);
	if (near)
		return mm_def_wrong(rd, "theme", reterr, "unknown theme \"%.60s\": did you mean \"%s\"?",
				    theme, near);
	return mm_def_wrong(rd, "theme", reterr,
			    "unknown theme \"%.60s\": add it to themes: in map.yaml, or write %s%s%s%s%s "
			    "from there",
			    theme, ids[0], map->theme_count > 1 ? ", " : "",
			    map->theme_count > 1 ? ids[1] : "", map->theme_count > 2 ? ", " : "",
			    map->theme_count > 2 ? ids[2] : "");
}

/* What the features are: the viewer has a card of its own for each. */
static enum mm_code read_role(const struct mm_def_reading *rd, const char *role, struct mm_layer_def *d,
			      struct mm_err *reterr)
{
	static const char *const known[] = {"project", "permit", "camera", "sensor"};
	const size_t count = sizeof(known) / sizeof(known[0]);
	const char *near;

	d->role = mm_def_text(rd, role);
	for (size_t i = 0; i < count; i++)
		if (!role || !*role || strcmp(role, known[i]) == 0)
			return MM_OK;
	near = mm_text_nearest(role, known, count);
	if (near)
		return mm_def_wrong(rd, "role", reterr, "unknown role \"%.30s\": did you mean \"%s\"?", role,
				    near);
	return mm_def_wrong(rd, "role", reterr,
			    "unknown role \"%.30s\": write project, permit, camera or sensor", role);
}

static enum mm_code read_names(const struct mm_def_reading *rd, const struct mm_map_def *map,
			       const struct mm_raw_layer *raw, struct mm_layer_def *d, struct mm_err *reterr)
{
	enum mm_code rc = read_id(rd, raw->id, d, reterr);

	if (!rc)
		rc = read_theme(rd, map, raw->theme, d, reterr);
	if (!rc)
		rc = read_role(rd, raw->role, d, reterr);
	d->title = mm_def_title(rd, raw->title);
	d->description = mm_def_title(rd, raw->description);
	d->owner = mm_def_title(rd, raw->owner);
	d->license = mm_def_text(rd, raw->license);
	d->id_field = mm_def_text(rd, raw->id_field);
	d->time_begin = mm_def_text(rd, raw->time ? raw->time->begin : NULL);
	d->time_end = mm_def_text(rd, raw->time ? raw->time->end : NULL);
	d->time_begin_fact = mm_def_text(rd, raw->time ? raw->time->begin_fact : NULL);
	d->time_end_fact = mm_def_text(rd, raw->time ? raw->time->end_fact : NULL);
	return rc;
}

static enum mm_code read_options(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				 struct mm_layer_def *d, struct mm_err *reterr)
{
	const char **option = mm_arena_array(rd->mem, raw->open_options_count + 1u, sizeof(*option));

	if (!option)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->open_options_count; i++) {
		const char *equals = strchr(raw->open_options[i], '=');
		char at[64];

		option[i] = mm_def_text(rd, raw->open_options[i]);
		(void)snprintf(at, sizeof(at), "open_options[%u]", i);
		if (!equals || equals == raw->open_options[i])
			return mm_def_wrong(rd, at, reterr, "open_options: \"%.60s\": write NAME=VALUE",
					    raw->open_options[i]);
	}
	d->open_options = option;
	d->open_option_count = raw->open_options_count;
	d->point_x = mm_def_text(rd, raw->point ? raw->point->x : NULL);
	d->point_y = mm_def_text(rd, raw->point ? raw->point->y : NULL);
	if (!mm_def_bool(raw->swap_axes, &d->swap_axes))
		return mm_def_wrong(rd, "swap_axes", reterr, "swap_axes \"%.30s\": write true or false",
				    raw->swap_axes);
	return MM_OK;
}

/* Only what is written in a transaction, and in one place: a table of a GeoPackage or of PostGIS. */
static enum mm_code read_editable(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				  struct mm_layer_def *d, struct mm_err *reterr)
{
	const struct mm_driver *by_path[MM_DRIVER_CANDIDATES] = {NULL};
	const struct mm_driver *driver = NULL;

	if (!mm_def_bool(raw->editable, &d->is_editable))
		return mm_def_wrong(rd, "editable", reterr, "editable \"%.30s\": write true or false",
				    raw->editable);
	if (!d->is_editable)
		return MM_OK;
	if (*d->driver)
		driver = mm_driver_find(d->driver);
	else if (!d->source_is_path)
		driver = mm_driver_by_connection(d->source);
	else if (mm_driver_by_path(d->source, by_path))
		driver = by_path[0];
	if (!driver || !(strcmp(driver->name, "GPKG") == 0 || strcmp(driver->name, "PostgreSQL") == 0))
		return mm_def_wrong(rd, "editable", reterr,
				    "editable: only a GeoPackage or PostGIS table can be written to: convert "
				    "the source, or remove editable:");
	if (*d->sql || *d->point_x)
		return mm_def_wrong(rd, "editable", reterr,
				    "editable: what sql: or point: makes cannot be written back: name a "
				    "table: instead");
	return MM_OK;
}

static enum mm_code read_all(const struct mm_def_reading *rd, const struct mm_map_def *map,
			     const struct mm_raw_layer *raw, struct mm_layer_def *d, struct mm_err *reterr)
{
	enum mm_code rc = read_names(rd, map, raw, d, reterr);

	if (!rc)
		rc = read_source(rd, raw, d, reterr);
	if (!rc)
		rc = mm_def_crs(rd, raw->crs, &d->crs, &d->crs_file, NULL, reterr);
	if (!rc)
		rc = read_options(rd, raw, d, reterr);
	if (!rc)
		rc = read_editable(rd, raw, d, reterr);
	if (!rc)
		rc = mm_def_raster(rd, raw, d, reterr);
	if (!rc)
		rc = mm_def_fields(rd, raw, d, reterr);
	if (!rc)
		rc = read_zoom(rd, raw->zoom, d, reterr);
	if (!rc)
		rc = mm_def_generalize(rd, raw, d, reterr);
	if (!rc)
		rc = mm_def_style(rd, raw->style, d, reterr);
	if (!rc && rd->mem->exhausted)
		rc = mm_fail_nomem(reterr);
	return rc;
}

enum mm_code mm_layer_def_parse(const struct mm_map_def *map, const char *path, const char *yaml, size_t n,
				struct mm_arena *mem, struct mm_layer_def *ret, struct mm_err *reterr)
{
	struct mm_yaml_keys keys = {0};
	const struct mm_def_reading rd = {.path = path, .mem = mem, .keys = &keys};
	struct mm_layer_def d = {.file = mm_arena_text(mem, path, strlen(path))};
	char where[MM_YAML_WHERE_MAX];
	void *raw = NULL;
	enum mm_code rc;
	MM_ARENA_SCOPE(scratch, MM_DEF_KEYS_MAX);

	mm_yaml_where(path, 0, where);
	if (n > MM_DEF_YAML_MAX)
		return mm_fail(reterr, MM_E_LIMIT, where, "larger than 1 MiB: this is no layer file");
	rc = mm_yaml_load(path, yaml, n, &mm_layer_yaml, &scratch, &keys, &raw, reterr);
	if (rc)
		return rc;
	if (!raw)
		return mm_fail(reterr, MM_E_INVALID, where, "empty: write at least source: FILE");
	rc = read_all(&rd, map, raw, &d, reterr);
	mm_yaml_free(&mm_layer_yaml, raw);
	if (rc)
		return rc;
	d.source_line = mm_yaml_keys_line(&keys, d.is_tiles ? "tiles" : d.is_raster ? "raster" : "source");
	d.crs_line = mm_yaml_keys_line(&keys, "crs");
	d.table_line = mm_yaml_keys_line(&keys, "table");
	d.hash = mm_hash64(d.crs, strlen(d.crs), mm_hash64(yaml, n, mm_hash64(path, strlen(path), 0)));
	*ret = d;
	return MM_OK;
}
