#include "feed/inspect.h"

#include "archive/reader.h"
#include "archive/writer.h"
#include "base/file.h"
#include "base/text.h"
#include "feed/definition.h"
#include "feed/drivers.h"
#include "feed/freeze.h"
#include "feed/inspect_archive.h"
#include "feed/inspect_table.h"
#include "feed/slug.h"
#include "feed/yaml_put.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { PROBE_MAX = 64 << 20, FILES_MAX = 1000, YAML_MAX = 1 << 20, TEXT_MAX = 256 << 20 };

/* A layer file that is ready to be written. */
struct made {
	const char *id, *path; /* path: NULL when nothing is written */
	const char *yaml;
	size_t len;
};

struct inspected {
	const char *path;
	json_t *probe; /* NULL: an archive of tiles */
};

struct inspection {
	const char *write_dir; /* real path; NULL: everything goes to `out` */
	struct mm_buf *out;
	struct mm_proj *proj;
	struct mm_arena mem;
	struct made made[FILES_MAX];
	size_t made_count;
	struct inspected file[FILES_MAX];
	size_t file_count;
	struct mm_box known_deg;        /* where the files that state their system lie */
	const char *folders[FILES_MAX]; /* outside write_dir, that map.yaml must allow */
	size_t folder_count;
};

/* "map" would be map.yaml. */
static bool is_taken(const struct inspection *in, const char *id)
{
	if (strcmp(id, "map") == 0)
		return true;
	for (size_t i = 0; i < in->made_count; i++)
		if (strcmp(in->made[i].id, id) == 0)
			return true;
	return false;
}

/* An id nobody has yet, from the table's name; "_2" and so on behind it when it is taken. */
static const char *free_id(struct inspection *in, const char *name)
{
	char slug[MM_SLUG_MAX];
	const char *id;

	mm_slug(name, slug);
	id = mm_arena_text(&in->mem, slug, strlen(slug));
	for (int k = 2; id && is_taken(in, id); k++)
		id = mm_arena_printf(&in->mem, "%.58s_%d", slug, k);
	return id;
}

/* What map.yaml has to allow: a folder, or a connection. */
static void note_allowed(struct inspection *in, const char *what)
{
	for (size_t i = 0; i < in->folder_count; i++)
		if (strcmp(in->folders[i], what) == 0)
			return;
	if (in->folder_count < FILES_MAX)
		in->folders[in->folder_count++] = what;
}

static void note_folder(struct inspection *in, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = mm_arena_text(&in->mem, path, (size_t)(slash - path));

	if (folder)
		note_allowed(in, folder);
}

/* How the source stands in the file: relative inside the folder that is written to, else absolute. */
static const char *source_text(struct inspection *in, const char *path)
{
	char real[PATH_MAX];
	size_t n = in->write_dir ? strlen(in->write_dir) : 0;

	if (!in->write_dir)
		return path;
	if (mm_driver_by_connection(path)) {
		note_allowed(in, path);
		return path;
	}
	if (!realpath(path, real))
		return path;
	if (strncmp(real, in->write_dir, n) == 0 && real[n] == '/')
		return mm_arena_text(&in->mem, real + n + 1, strlen(real) - n - 1);
	note_folder(in, real);
	return mm_arena_text(&in->mem, real, strlen(real));
}

/* Adds a layer file with this text. */
static enum mm_code add_made(struct inspection *in, const char *name, const char *path,
			     const struct mm_buf *yaml, struct mm_err *reterr)
{
	struct made *m = &in->made[in->made_count];

	if (in->made_count == FILES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, path, "more than %d tables: name fewer files", FILES_MAX);
	if (yaml->failed)
		return mm_fail(reterr, MM_E_LIMIT, path, "has more to say than fits a layer file");
	*m = (struct made){.id = free_id(in, name), .len = yaml->len};
	if (m->id && in->write_dir)
		m->path = mm_arena_printf(&in->mem, "%s/%s.yaml", in->write_dir, m->id);
	m->yaml = mm_arena_text(&in->mem, (const char *)yaml->data, yaml->len);
	if (!m->id || !m->yaml || (in->write_dir && !m->path))
		return mm_fail_nomem(reterr);
	in->made_count++;
	return MM_OK;
}

static enum mm_code make_table(struct inspection *in, const json_t *probe, const json_t *table,
			       const char *path, bool is_only, struct mm_err *reterr)
{
	const char *source = source_text(in, path);
	struct mm_buf yaml;
	enum mm_code rc;

	if (!source)
		return mm_fail_nomem(reterr);
	mm_buf_init(&yaml, YAML_MAX);
	mm_inspect_table(probe, table, source, is_only, in->proj, &in->known_deg, &yaml);
	rc = add_made(in, json_string_value(json_object_get(table, "name")), path, &yaml, reterr);
	mm_buf_release(&yaml);
	return rc;
}

/* A layer of an archive of tiles, called as its file. */
static enum mm_code make_archive(struct inspection *in, const char *path, struct mm_err *reterr)
{
	const char *source = source_text(in, path), *base = mm_file_base_name(path);
	const char *name = mm_arena_text(&in->mem, base, strlen(base) - strlen(".pmtiles"));
	struct mm_buf yaml;
	enum mm_code rc;

	if (!source || !name)
		return mm_fail_nomem(reterr);
	mm_buf_init(&yaml, YAML_MAX);
	rc = mm_inspect_archive(path, source, name, &yaml, reterr);
	if (!rc)
		rc = add_made(in, name, path, &yaml, reterr);
	mm_buf_release(&yaml);
	return rc;
}

/* Keeps the path of an archive that can be opened: nothing more of it has to be known beforehand. */
static enum mm_code probe_archive(struct inspection *in, const char *path, bool in_folder,
				  struct mm_err *reterr)
{
	struct mm_archive_reader *r = NULL;
	struct mm_err err = {0};
	enum mm_code rc;

	if (in->file_count == FILES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, path, "more than %d files: name fewer", FILES_MAX);
	rc = mm_archive_reader_new(path, &r, &err);
	(void)mm_archive_reader_free(r);
	if (rc && !in_folder)
		return mm_fail(reterr, rc, err.where, "%s", err.msg);
	if (rc)
		mm_buf_printf(in->out, "# %s: %s\n", err.where, err.msg);
	else
		in->file[in->file_count++] = (struct inspected){.path = path};
	return MM_OK;
}

/* Probes one file and keeps what it says: all are looked at before the first is written, since one file's
 * place helps to guess another's system. A file of a folder that cannot be read is named and passed over. */
static enum mm_code probe_file(struct inspection *in, const char *path, bool in_folder, struct mm_err *reterr)
{
	struct mm_buf json;
	struct mm_err err = {0};
	json_t *probe = NULL, *tables;
	enum mm_code rc;

	if (mm_archive_is_known(path))
		return probe_archive(in, path, in_folder, reterr);
	if (in->file_count == FILES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, path, "more than %d files: name fewer", FILES_MAX);
	mm_buf_init(&json, PROBE_MAX);
	rc = mm_probe(path, &json, &err);
	if (!rc) {
		probe = json_loadb((const char *)json.data, json.len, 0, NULL);
		if (!probe || json_array_size(json_object_get(probe, "tables")) == 0)
			rc = mm_fail(&err, MM_E_DATA, mm_driver_by_connection(path) ? "source" : path,
				     "has no table");
	}
	mm_buf_release(&json);
	if (rc) {
		json_decref(probe);
		if (!in_folder)
			return mm_fail(reterr, rc, err.where, "%s", err.msg);
		mm_buf_printf(in->out, "# %s: %s\n", err.where, err.msg);
		return MM_OK;
	}
	tables = json_object_get(probe, "tables");
	for (size_t i = 0; i < json_array_size(tables); i++)
		mm_inspect_place(json_array_get(tables, i), in->proj, &in->known_deg);
	in->file[in->file_count].path = path;
	in->file[in->file_count++].probe = probe;
	return MM_OK;
}

static int is_readable(const struct dirent *e)
{
	const struct mm_driver *driver[MM_DRIVER_CANDIDATES];

	return e->d_name[0] != '.' &&
	       (mm_archive_is_known(e->d_name) || mm_driver_by_path(e->d_name, driver) > 0);
}

/* True for a file that belongs to another of the list: the .dbf of a .shp, the .mid of a .mif. */
static bool is_part(struct dirent *const *entry, int count, const char *name)
{
	static const char *const pairs[][2] = {{".dbf", ".shp"}, {".mid", ".mif"}};
	size_t n = strlen(name);

	for (size_t p = 0; p < sizeof(pairs) / sizeof(pairs[0]); p++) {
		if (n < 4 || strcasecmp(name + n - 4, pairs[p][0]) != 0)
			continue;
		for (int i = 0; i < count; i++)
			if (strlen(entry[i]->d_name) == n && strncmp(entry[i]->d_name, name, n - 4) == 0 &&
			    strcasecmp(entry[i]->d_name + n - 4, pairs[p][1]) == 0)
				return true;
	}
	return false;
}

/* Every file of a folder that a driver is known for. */
static enum mm_code probe_folder(struct inspection *in, const char *dir, struct mm_err *reterr)
{
	struct dirent **entry = NULL;
	int count = scandir(dir, &entry, is_readable, alphasort);
	enum mm_code rc = MM_OK;

	if (count < 0)
		return mm_fail(reterr, MM_E_IO, dir, "cannot be read: %s", strerror(errno));
	if (count == 0)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, dir, "has no file that a driver is known for: %s",
			     mm_driver_extensions);
	for (int i = 0; i < count && !rc; i++) {
		const char *path;

		if (is_part(entry, count, entry[i]->d_name))
			continue;
		path = mm_arena_printf(&in->mem, "%s/%s", dir, entry[i]->d_name);
		rc = path ? probe_file(in, path, true, reterr) : mm_fail_nomem(reterr);
	}
	for (int i = 0; i < count; i++)
		free(entry[i]);
	free(entry);
	return rc;
}

static enum mm_code probe_path(struct inspection *in, const char *path, struct mm_err *reterr)
{
	const struct mm_driver *driver[MM_DRIVER_CANDIDATES];
	struct stat st;

	if (mm_driver_by_connection(path))
		return probe_file(in, path, false, reterr);
	if (stat(path, &st) != 0)
		return mm_fail(reterr, MM_E_NOT_FOUND, path, "there is no such file");
	if (S_ISDIR(st.st_mode) && mm_driver_by_path(path, driver) == 0)
		return probe_folder(in, path, reterr);
	return probe_file(in, path, false, reterr);
}

static enum mm_code make_file(struct inspection *in, const struct inspected *f, struct mm_err *reterr)
{
	json_t *tables = json_object_get(f->probe, "tables");
	size_t count = json_array_size(tables);
	enum mm_code rc = f->probe ? MM_OK : make_archive(in, f->path, reterr);

	for (size_t i = 0; i < count && !rc; i++)
		rc = make_table(in, f->probe, json_array_get(tables, i), f->path,
				count == 1 && !mm_driver_by_connection(f->path), reterr);
	return rc;
}

/* True when a source in `folder` may be read by the map in write_dir as it is. */
static bool is_allowed(const struct mm_map_def *map, const char *folder)
{
	for (size_t i = 0; i < map->allow_count; i++) {
		size_t n = strlen(map->allow[i]);

		if (strncmp(folder, map->allow[i], n) == 0 && (folder[n] == '\0' || folder[n] == '/'))
			return true;
	}
	return false;
}

/* Refuses, before anything is written, what cannot be written as a whole: files that are there already, and
 * sources that the map.yaml that is there does not allow. */
static enum mm_code check_free(struct inspection *in, const char *map_path, struct mm_err *reterr)
{
	struct mm_map_def map;
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < in->made_count; i++)
		if (mm_file_exists(in->made[i].path))
			return mm_fail(reterr, MM_E_INVALID, in->made[i].path,
				       "is there already: move it away, or write into another folder");
	if (!in->folder_count || !mm_file_exists(map_path))
		return MM_OK;
	rc = mm_map_def_read(in->write_dir, &in->mem, &map, reterr);
	for (size_t i = 0; i < in->folder_count && !rc; i++)
		if (!is_allowed(&map, in->folders[i]))
			rc = mm_fail(reterr, MM_E_INVALID, map_path,
				     "does not allow %s yet: add it to allow: [...]", in->folders[i]);
	return rc;
}

static enum mm_code write_map(struct inspection *in, const char *path, struct mm_err *reterr)
{
	struct mm_buf yaml;
	enum mm_code rc;

	mm_buf_init(&yaml, YAML_MAX);
	mm_buf_text(&yaml,
		    "# folders outside this one, and databases, that sources may be read from\nallow:\n");
	for (size_t i = 0; i < in->folder_count; i++) {
		mm_buf_text(&yaml, "  - ");
		mm_yaml_put_quoted(&yaml, in->folders[i]);
		mm_buf_byte(&yaml, '\n');
	}
	rc = yaml.failed ? mm_fail_nomem(reterr) : mm_file_write(path, yaml.data, yaml.len, reterr);
	if (!rc)
		mm_buf_printf(in->out, "%s\n", path);
	mm_buf_release(&yaml);
	return rc;
}

/* map.yaml, when sources lie outside and there is none yet, and a file a table. */
static enum mm_code write_all(struct inspection *in, struct mm_err *reterr)
{
	const char *map_path = mm_arena_printf(&in->mem, "%s/map.yaml", in->write_dir);
	enum mm_code rc = map_path ? check_free(in, map_path, reterr) : mm_fail_nomem(reterr);

	if (!rc && in->folder_count && !mm_file_exists(map_path))
		rc = write_map(in, map_path, reterr);
	for (size_t i = 0; i < in->made_count && !rc; i++) {
		rc = mm_file_write(in->made[i].path, in->made[i].yaml, in->made[i].len, reterr);
		if (!rc)
			mm_buf_printf(in->out, "%s\n", in->made[i].path);
	}
	return rc;
}

static void print_all(struct inspection *in)
{
	for (size_t i = 0; i < in->made_count; i++) {
		mm_buf_printf(in->out, "--- # %s.yaml\n", in->made[i].id);
		mm_buf_put(in->out, in->made[i].yaml, in->made[i].len);
	}
}

/* From the probes to the files or the text. */
static enum mm_code give(struct inspection *in, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < in->file_count && !rc; i++)
		rc = make_file(in, &in->file[i], reterr);
	if (!rc && in->write_dir)
		rc = write_all(in, reterr);
	else if (!rc)
		print_all(in);
	if (!rc && in->out->failed)
		rc = mm_fail(reterr, MM_E_LIMIT, "", "more text than fits: name fewer files");
	return rc;
}

enum mm_code mm_inspect(const char *const *path, size_t count, const char *write_dir, struct mm_buf *out,
			struct mm_err *reterr)
{
	struct inspection *in = calloc(1, sizeof(*in));
	char real[PATH_MAX];
	enum mm_code rc = in ? MM_OK : mm_fail_nomem(reterr);

	if (!in)
		return rc;
	mm_arena_init(&in->mem, TEXT_MAX);
	in->out = out;
	in->known_deg = mm_box_empty();
	in->proj = mm_proj_new();
	if (!in->proj)
		rc = mm_fail_nomem(reterr);
	for (size_t i = 0; i < count && !rc; i++)
		rc = probe_path(in, path[i], reterr);
	if (!rc && in->file_count == 0)
		rc = mm_fail(reterr, MM_E_DATA, count ? path[0] : "", "nothing there can be read");
	if (!rc && write_dir) {
		rc = mm_file_make_dir(write_dir, reterr);
		if (!rc && !realpath(write_dir, real))
			rc = mm_fail(reterr, MM_E_IO, write_dir, "cannot be opened: %s", strerror(errno));
		in->write_dir = real;
	}
	if (!rc)
		rc = give(in, reterr);
	for (size_t i = 0; i < in->file_count; i++)
		json_decref(in->file[i].probe);
	(void)mm_proj_free(in->proj);
	mm_arena_release(&in->mem);
	free(in);
	return rc;
}
