#include "feed/freeze.h"

/*
 * The form of what mm_probe gives (keys always present unless said otherwise; unknown text is ""):
 *
 * {
 *   "path": "/data/buildings.shp",
 *   "driver": "ESRI Shapefile",          the name for `driver:`
 *   "sidecars": ["cpg", "prj", "shx"],   lower-case extensions of files beside it that share its name
 *   "messages": ["..."],                 what GDAL said while opening and reading, first 20
 *   "tables": [{
 *     "name": "buildings",               the name for `table:`
 *     "count": 18046,                    rows looked at
 *     "complete": true,                  false: stopped at 50 000 rows or 2 s; there are more
 *     "geometry": {"Polygon": 18040, "null": 6, "empty": 0},
 *                                        counted, only what occurs; names as in mm_geom_type_name, plus
 *                                        "empty"; {} for a table without geometry column
 *     "has_geometry": true,              the table has a geometry column
 *     "has_curves": true, "has_z": true, "has_m": true,
 *                                        optional keys: only when true
 *     "extent": [37.1, 55.6, 37.3, 55.7],
 *                                        of the rows looked at, as stored, finite ones; null: no geometry
 *     "srs": {"wkt": "GEOGCRS[...]", "name": "WGS 84", "code": "EPSG:4326"},
 *                                        null: the source states none; code "" when GDAL knows none;
 *                                        "local": true when it is a NonEarth system (crs: must be given)
 *     "fid_column": "",                  name of the column that holds GDAL's feature id, "" when none
 *     "declared_encoding": "CP1251",     what the source says of its text (.cpg, LDID); "" unknown
 *     "encoding_matters": true,          a value or name is not ASCII and not known to be UTF-8
 *     "raw_text": "base64...",           up to 64 kB of the undecoded text values that are not ASCII,
 *                                        joined by line feeds; "" when there are none or the driver
 *                                        decodes by itself
 *     "fields": [{
 *       "name": "NAME",                  when it is UTF-8, else "" and
 *       "name_raw": "base64...",         optional
 *       "type": "text",                  as mm_type_name, what the freeze would choose by itself
 *       "subtype": "String",             GDAL's own name: Integer Integer64 Real String Date Time DateTime
 *                                        StringList IntegerList ..., "Boolean", "JSON" ...
 *       "width": 48, "precision": 0,     0 = not stated
 *       "nulls": 12,                     rows looked at without a value (null or unset)
 *       "empty": 3,                      rows with "" (texts only)
 *       "distinct": 1000,                different values, counting stops at 1 000
 *       "unique": false,                 every row has a value that is not "", and no two are equal (exact)
 *       "leading_zeros": 0,              values like "007": digits only, longer than one, first is 0
 *       "numeric": 0,                    texts that are decimal numbers ("12", "-3.5")
 *       "decimal_comma": 0,              texts that are numbers with a comma ("12,5")
 *       "max_length": 31,                bytes of the longest value
 *       "min": 1.0, "max": 17.0,         optional: numbers of integer, real, and numeric text
 *       "samples": [{"value": "school", "count": 211}, {"raw": "base64...", "count": 4}]
 *                                        up to 20, most frequent first; "value" when it is UTF-8
 *     }]
 *   }]
 * }
 *
 * Shapefiles are probed with their text undecoded, whatever the .cpg says; a declared encoding may thus be
 * checked against raw_text. At most 200 tables and 2 000 fields a table.
 */

#include "base/arena.h"
#include "feed/cache.h"
#include "feed/child.h"
#include "feed/drivers.h"
#include "feed/vet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum mm_code probe(const struct mm_vetted *v, const char *temp, struct mm_buf *ret_json,
			  struct mm_err *reterr)
{
	const char *driver[MM_DRIVER_CANDIDATES];
	struct mm_job job = {.is_probe = true,
			     .driver = driver,
			     .open = v->open,
			     .readable = v->readable,
			     .readable_count = v->readable_count,
			     .list_dir = v->list_dir,
			     .temp = temp,
			     .out = "",
			     .stamp = "",
			     .bytes = v->bytes,
			     .has_network = v->driver[0]->needs_network};
	struct mm_report report = {.probe = ret_json};
	struct mm_err err = {0};
	enum mm_code rc = MM_E_DATA;

	job.def = (struct mm_layer_def){.source = v->open, .file = job.has_network ? "source" : v->open};
	for (size_t first = 0; first < v->driver_count; first++) {
		job.driver_count = 0;
		for (size_t i = first; i < v->driver_count; i++)
			driver[job.driver_count++] = v->driver[i]->name;
		err = (struct mm_err){0};
		mm_buf_clear(ret_json);
		rc = mm_child_run(&job, -1, &report, &err);
		if (rc != MM_E_DATA || !strstr(err.msg, "crashed"))
			break;
	}
	return rc ? mm_fail(reterr, rc, *err.where ? err.where : job.def.file, "%s", err.msg) : MM_OK;
}

enum mm_code mm_probe(const char *path, struct mm_buf *ret_json, struct mm_err *reterr)
{
	const char *dir = getenv("TMPDIR");
	struct mm_vetted v;
	struct mm_arena mem;
	char temp[PATH_MAX];
	enum mm_code rc;

	mm_arena_init(&mem, (size_t)16 << 20);
	rc = mm_vet_path(path, &mem, &v, reterr);
	if (rc)
		goto out;
	if (snprintf(temp, sizeof(temp), "%s/munimap-XXXXXX", dir && *dir ? dir : "/tmp") >= PATH_MAX ||
	    !mkdtemp(temp)) {
		rc = mm_fail(reterr, MM_E_IO, dir ? dir : "/tmp", "a temporary folder cannot be made there");
		goto out;
	}
	rc = probe(&v, temp, ret_json, reterr);
	mm_cache_remove_temp(temp);
out:
	mm_arena_release(&mem);
	return rc;
}
