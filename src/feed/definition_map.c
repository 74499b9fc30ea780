#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "feed/definition.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/yaml_load.h"
#include "geo/crs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder: map.yaml and the list of layer files. */

enum { YAML_MAX = 1 << 20, FILES_MAX = 1000 };

static const char *keep(struct mm_arena *mem, const char *text)
{
	return mm_arena_text(mem, text ? text : "", text ? strlen(text) : 0);
}

static struct mm_title title(struct mm_arena *mem, const struct mm_raw_title *t)
{
	return (struct mm_title){keep(mem, t ? t->ru : NULL), keep(mem, t ? t->en : NULL)};
}

static enum mm_code wrong(const struct mm_map_def *m, const struct mm_yaml_keys *keys, const char *key,
			  struct mm_err *reterr, const char *msg)
{
	unsigned line = mm_yaml_keys_line(keys, key);
	char where[256];

	(void)snprintf(where, sizeof(where), "%s:%u", m->file, line ? line : 1);
	return mm_fail(reterr, MM_E_INVALID, where, "%s", msg);
}

/* Folders that sources may lie in, as real paths; one that is not there yet is kept as it is written. */
static enum mm_code read_allow(struct mm_map_def *m, const struct mm_raw_map *raw, struct mm_arena *mem,
			       struct mm_err *reterr)
{
	unsigned count = raw ? raw->allow_count : 0;
	const char **allow = mm_arena_array(mem, count + 1u, sizeof(*allow));

	if (!allow)
		return mm_fail_nomem(reterr);
	allow[0] = m->dir;
	for (unsigned i = 0; i < count; i++) {
		const char *path = mm_def_path(m->file, raw->allow[i], mem);
		char real[PATH_MAX];

		/* a database is allowed by its connection, word for word */
		if (strchr(raw->allow[i], ':'))
			allow[i + 1] = keep(mem, raw->allow[i]);
		else
			allow[i + 1] = path && realpath(path, real) ? keep(mem, real) : path;
	}
	m->allow = allow;
	m->allow_count = count + 1u;
	return MM_OK;
}

static enum mm_code read_server(struct mm_map_def *m, const struct mm_raw_server *raw, struct mm_arena *mem,
				const struct mm_yaml_keys *keys, struct mm_err *reterr)
{
	struct mm_server_def *s = &m->server;
	unsigned count = raw ? raw->trusted_proxies_count : 0;
	const char **proxy = mm_arena_array(mem, count + 1u, sizeof(*proxy));

	if (!proxy)
		return mm_fail_nomem(reterr);
	s->bind = keep(mem, raw ? raw->bind : NULL);
	s->public_url = keep(mem, raw ? raw->public_url : NULL);
	for (unsigned i = 0; i < count; i++)
		proxy[i] = keep(mem, raw->trusted_proxies[i]);
	s->trusted_proxies = proxy;
	s->trusted_proxy_count = count;
	if (!raw)
		return MM_OK;
	s->port = raw->port;
	s->threads = raw->threads;
	s->max_connections = raw->max_connections;
	if (s->port > 65535)
		return wrong(m, keys, "port", reterr, "port: write a number from 1 to 65535");
	if (s->threads > 256)
		return wrong(m, keys, "threads", reterr, "threads: write a number from 1 to 256");
	if (s->max_connections > 100000)
		return wrong(m, keys, "max_connections", reterr,
			     "max_connections: write a number up to 100000");
	if (*s->public_url && !mm_text_starts(s->public_url, "http://") &&
	    !mm_text_starts(s->public_url, "https://"))
		return wrong(m, keys, "public_url", reterr,
			     "public_url: write an address that begins with https:// or http://");
	return MM_OK;
}

static enum mm_code read_themes(struct mm_map_def *m, const struct mm_raw_map *raw, struct mm_arena *mem,
				const struct mm_yaml_keys *keys, struct mm_err *reterr)
{
	m->theme_count = raw->themes_count;
	m->theme = mm_arena_array(mem, raw->themes_count ? raw->themes_count : 1, sizeof(*m->theme));
	if (!m->theme)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->themes_count; i++) {
		m->theme[i] =
		    (struct mm_theme_def){keep(mem, raw->themes[i].id), title(mem, raw->themes[i].title)};
		if (!mm_def_id_is_good(m->theme[i].id))
			return wrong(m, keys, "themes", reterr,
				     "theme id: write 1 to 64 small Latin letters, digits, _ or -");
	}
	return MM_OK;
}

static enum mm_code read_view(struct mm_map_def *m, const struct mm_raw_view *raw,
			      const struct mm_yaml_keys *keys, struct mm_err *reterr)
{
	if (!raw)
		return MM_OK;
	m->has_view = true;
	m->view_lon_deg = raw->center[0];
	m->view_lat_deg = raw->center[1];
	m->view_zoom = raw->zoom;
	if (!(m->view_lon_deg >= -180 && m->view_lon_deg <= 180 && m->view_lat_deg >= -90 &&
	      m->view_lat_deg <= 90))
		return wrong(m, keys, "center", reterr, "center: write [longitude, latitude] in degrees");
	if (!(m->view_zoom >= 0 && m->view_zoom <= 22))
		return wrong(m, keys, "view", reterr, "zoom: write a number from 0 to 22");
	return MM_OK;
}

static enum mm_code read_crs(struct mm_map_def *m, const struct mm_yaml_keys *keys, struct mm_err *reterr)
{
	struct mm_proj *proj = *m->crs ? mm_proj_new() : NULL;
	struct mm_crs crs;
	struct mm_err err = {0};
	enum mm_code rc = MM_OK;
	char msg[600];

	if (!*m->crs)
		return MM_OK;
	if (!proj)
		return mm_fail_nomem(reterr);
	if (mm_crs_parse(proj, m->crs, &crs, &err)) {
		(void)snprintf(msg, sizeof(msg), "crs \"%.60s\": %s", m->crs, err.msg);
		rc = wrong(m, keys, "crs", reterr, msg);
	} else {
		if (crs.is_geographic)
			rc = wrong(
			    m, keys, "crs", reterr,
			    "crs: the map's own system must be in metres, such as MSK48_1 or EPSG:32637");
		mm_crs_release(&crs);
	}
	(void)mm_proj_free(proj);
	return rc;
}

static enum mm_code read_raw(struct mm_map_def *m, const struct mm_raw_map *raw, struct mm_arena *mem,
			     const struct mm_yaml_keys *keys, struct mm_err *reterr)
{
	enum mm_code rc;

	if (raw->title)
		m->title = title(mem, raw->title);
	m->description = title(mem, raw->description);
	m->attribution = title(mem, raw->attribution);
	m->crs = keep(mem, raw->crs);
	if (raw->cache)
		m->cache = mm_def_path(m->file, raw->cache, mem);
	rc = read_allow(m, raw, mem, reterr);
	if (!rc)
		rc = read_themes(m, raw, mem, keys, reterr);
	if (!rc)
		rc = read_view(m, raw->view, keys, reterr);
	if (!rc)
		rc = read_server(m, raw->server, mem, keys, reterr);
	if (!rc)
		rc = read_crs(m, keys, reterr);
	return rc;
}

/* What a folder without map.yaml has. */
static enum mm_code set_defaults(struct mm_map_def *m, const char *dir, struct mm_arena *mem,
				 struct mm_err *reterr)
{
	char real[PATH_MAX];
	struct stat st;
	const char *name;

	if (!realpath(dir, real))
		return mm_fail(reterr, errno == ENOENT ? MM_E_NOT_FOUND : MM_E_IO, dir, "no such folder: %s",
			       strerror(errno));
	if (stat(real, &st) != 0 || !S_ISDIR(st.st_mode))
		return mm_fail(reterr, MM_E_NOT_FOUND, dir,
			       "not a folder: name the folder that holds the layers' YAML files");
	name = strrchr(real, '/') + 1;
	m->dir = keep(mem, real);
	m->file = keep(mem, "");
	m->title = (struct mm_title){keep(mem, name), keep(mem, name)};
	m->description = m->attribution = (struct mm_title){keep(mem, ""), keep(mem, "")};
	m->crs = keep(mem, "");
	m->cache = mm_arena_printf(mem, "%s/.munimap", real);
	return mem->exhausted ? mm_fail_nomem(reterr) : MM_OK;
}

enum mm_code mm_map_def_read(const char *dir, struct mm_arena *mem, struct mm_map_def *ret,
			     struct mm_err *reterr)
{
	struct mm_map_def m = {0};
	struct mm_yaml_keys keys = {0};
	struct mm_buf file;
	const char *path;
	void *raw = NULL;
	enum mm_code rc = set_defaults(&m, dir, mem, reterr);

	if (rc)
		return rc;
	path = mm_arena_printf(mem, "%s/map.yaml", m.dir);
	if (!path)
		return mm_fail_nomem(reterr);
	mm_buf_init(&file, YAML_MAX);
	if (!mm_file_exists(path)) {
		rc = read_allow(&m, NULL, mem, reterr);
		if (!rc)
			rc = read_server(&m, NULL, mem, &keys, reterr);
	} else {
		m.file = path;
		rc = mm_file_read(path, &file, reterr);
		if (!rc)
			rc = mm_yaml_load(path, (const char *)file.data, file.len, &mm_map_yaml,
					  mm_map_yaml_keys, mm_map_yaml_key_count, mem, &keys, &raw, reterr);
		if (!rc && raw)
			rc = read_raw(&m, raw, mem, &keys, reterr);
		else if (!rc)
			rc = mm_fail(reterr, MM_E_INVALID, path,
				     "empty: remove it, or write at least title: {ru: ..., en: ...}");
		m.hash = mm_hash64(file.data ? file.data : (const unsigned char *)"", file.len, 0);
		mm_yaml_free(&mm_map_yaml, raw);
	}
	mm_buf_release(&file);
	if (!rc && mem->exhausted)
		rc = mm_fail_nomem(reterr);
	if (!rc)
		*ret = m;
	return rc;
}

static int is_layer_file(const struct dirent *e)
{
	return e->d_name[0] != '.' && mm_text_ends(e->d_name, ".yaml") && strcmp(e->d_name, "map.yaml") != 0;
}

static void read_one(const struct mm_map_def *map, struct mm_def_file *f, struct mm_arena *mem)
{
	struct mm_buf file;

	mm_buf_init(&file, YAML_MAX);
	if (mm_file_read(f->path, &file, &f->err) == MM_OK &&
	    mm_layer_def_parse(map, f->path, file.data ? (const char *)file.data : "", file.len, mem, &f->def,
			       &f->err) == MM_OK)
		f->id = f->def.id;
	mm_buf_release(&file);
}

static void refuse_twins(struct mm_def_file *f, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (f[i].err.code == MM_OK && f[k].err.code == MM_OK && strcmp(f[i].id, f[k].id) == 0)
				(void)mm_fail(&f[i].err, MM_E_INVALID, f[i].path,
					      "id \"%s\" is taken by %s: give it another", f[i].id,
					      f[k].path);
}

enum mm_code mm_layer_defs_read(const struct mm_map_def *map, struct mm_arena *mem, struct mm_def_file **ret,
				size_t *ret_count, struct mm_err *reterr)
{
	struct dirent **entry = NULL;
	int count = scandir(map->dir, &entry, is_layer_file, alphasort);
	struct mm_def_file *f;
	enum mm_code rc = MM_OK;

	if (count < 0)
		return mm_fail(reterr, MM_E_IO, map->dir, "cannot be read: %s", strerror(errno));
	f = mm_arena_array(mem, (size_t)count + 1, sizeof(*f));
	if (!f)
		rc = mm_fail_nomem(reterr);
	else if (count > FILES_MAX)
		rc = mm_fail(reterr, MM_E_LIMIT, map->dir, "%d layer files: at most %d", count, FILES_MAX);
	for (int i = 0; i < count && !rc; i++) {
		const char *name = entry[i]->d_name;

		f[i].path = mm_arena_printf(mem, "%s/%s", map->dir, name);
		f[i].id = mm_arena_text(mem, name, strlen(name) - strlen(".yaml"));
		if (!f[i].path || !f[i].id)
			rc = mm_fail_nomem(reterr);
		else
			read_one(map, &f[i], mem);
	}
	for (int i = 0; i < count; i++)
		free(entry[i]);
	free(entry);
	if (rc)
		return rc;
	refuse_twins(f, (size_t)count);
	*ret = f;
	*ret_count = (size_t)count;
	return MM_OK;
}
