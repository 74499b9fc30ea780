#include "base/file.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/text.h"
#include "feed/definition.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/yaml_load.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder: map.yaml and the list of layer files. */

enum { FILES_MAX = 1000 };

/* Folders that sources may lie in, as real paths; one that is not there yet is kept as it is written. */
static enum mm_code read_allow(const struct mm_def_reading *rd, struct mm_map_def *m,
			       const struct mm_raw_map *raw, struct mm_err *reterr)
{
	unsigned count = raw ? raw->allow_count : 0;
	const char **allow = mm_arena_array(rd->mem, count + 1u, sizeof(*allow));

	if (!allow)
		return mm_fail_nomem(reterr);
	allow[0] = m->dir;
	for (unsigned i = 0; i < count; i++) {
		const char *path = mm_def_path(m->file, raw->allow[i], rd->mem);
		char real[PATH_MAX];

		/* a database is allowed by its connection, word for word */
		if (strchr(raw->allow[i], ':'))
			allow[i + 1] = mm_def_text(rd, raw->allow[i]);
		else
			allow[i + 1] = path && realpath(path, real) ? mm_def_text(rd, real) : path;
	}
	m->allow = allow;
	m->allow_count = count + 1u;
	return MM_OK;
}

/* "127.0.0.1", "10.0.0.0/8", "fd00::/8". */
static bool is_address_block(const char *text)
{
	const char *slash = strchr(text, '/');
	unsigned char raw[sizeof(struct in6_addr)];
	char address[INET6_ADDRSTRLEN];
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	int64_t bits = 0, most;

	if (n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(AF_INET, address, raw) == 1)
		most = 32;
	else if (inet_pton(AF_INET6, address, raw) == 1)
		most = 128;
	else
		return false;
	return !slash || (mm_num_parse_int(slash + 1, strlen(slash + 1), &bits) && bits >= 0 && bits <= most);
}

static enum mm_code read_proxies(const struct mm_def_reading *rd, struct mm_server_def *s,
				 const struct mm_raw_server *raw, struct mm_err *reterr)
{
	unsigned count = raw ? raw->trusted_proxies_count : 0;
	const char **proxy = mm_arena_array(rd->mem, count + 1u, sizeof(*proxy));

	if (!proxy)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < count; i++) {
		char at[64];

		proxy[i] = mm_def_text(rd, raw->trusted_proxies[i]);
		(void)snprintf(at, sizeof(at), "server.trusted_proxies[%u]", i);
		if (!is_address_block(raw->trusted_proxies[i]))
			return mm_def_wrong(rd, at, reterr,
					    "trusted_proxies \"%.60s\": write an address such as 127.0.0.1 "
					    "or a block such as 10.0.0.0/8",
					    raw->trusted_proxies[i]);
	}
	s->trusted_proxies = proxy;
	s->trusted_proxy_count = count;
	return MM_OK;
}

static enum mm_code read_server(const struct mm_def_reading *rd, struct mm_map_def *m,
				const struct mm_raw_server *raw, struct mm_err *reterr)
{
	struct mm_server_def *s = &m->server;
	enum mm_code rc = read_proxies(rd, s, raw, reterr);

	s->bind = mm_def_text(rd, raw ? raw->bind : NULL);
	s->public_url = mm_def_text(rd, raw ? raw->public_url : NULL);
	s->tile_cache_mb = raw && raw->tile_cache_mb ? *raw->tile_cache_mb : MM_DEF_TILE_CACHE_MB;
	s->tile_kb = raw && raw->tile_kb ? *raw->tile_kb : MM_DEF_TILE_KB;
	if (rc || !raw || !s->public_url)
		return rc;
	s->port = raw->port;
	s->threads = raw->threads;
	s->max_connections = raw->max_connections;
	if (s->port > 65535)
		return mm_def_wrong(rd, "server.port", reterr, "port: write a number from 1 to 65535");
	if (s->threads > 256)
		return mm_def_wrong(rd, "server.threads", reterr, "threads: write a number from 1 to 256");
	if (s->tile_cache_mb > 1 << 20)
		return mm_def_wrong(rd, "server.tile_cache_mb", reterr,
				    "tile_cache_mb: write megabytes of memory, 0 for no cache");
	if (s->tile_kb < 10 || s->tile_kb > 32000)
		return mm_def_wrong(rd, "server.tile_kb", reterr, "tile_kb: write kilobytes, 10 to 32000");
	if (s->max_connections > 100000)
		return mm_def_wrong(rd, "server.max_connections", reterr,
				    "max_connections: write a number up to 100000");
	if (*s->public_url && !mm_text_starts(s->public_url, "http://") &&
	    !mm_text_starts(s->public_url, "https://"))
		return mm_def_wrong(rd, "server.public_url", reterr,
				    "public_url: write an address that begins with https:// or http://");
	return MM_OK;
}

static enum mm_code read_themes(const struct mm_def_reading *rd, struct mm_map_def *m,
				const struct mm_raw_map *raw, struct mm_err *reterr)
{
	m->theme_count = raw->themes_count;
	m->theme = mm_arena_array(rd->mem, raw->themes_count ? raw->themes_count : 1, sizeof(*m->theme));
	if (!m->theme)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->themes_count; i++) {
		const char *id = raw->themes[i].id;
		char at[64];

		m->theme[i] =
		    (struct mm_theme_def){mm_def_text(rd, id), mm_def_title(rd, raw->themes[i].title)};
		(void)snprintf(at, sizeof(at), "themes[%u].id", i);
		if (!mm_def_id_is_good(id))
			return mm_def_wrong(rd, at, reterr,
					    "theme id \"%.70s\": write 1 to 64 small Latin letters, digits, "
					    "_ or -",
					    id);
		for (unsigned k = 0; k < i; k++)
			if (strcmp(raw->themes[k].id, id) == 0)
				return mm_def_wrong(rd, at, reterr, "theme \"%.70s\" stands twice: keep one",
						    id);
	}
	return MM_OK;
}

static enum mm_code read_view(const struct mm_def_reading *rd, struct mm_map_def *m,
			      const struct mm_raw_view *raw, struct mm_err *reterr)
{
	if (!raw)
		return MM_OK;
	m->has_view = true;
	m->view_lon_deg = raw->center[0];
	m->view_lat_deg = raw->center[1];
	m->view_zoom = raw->zoom;
	if (!(m->view_lon_deg >= -180 && m->view_lon_deg <= 180 && m->view_lat_deg >= -90 &&
	      m->view_lat_deg <= 90))
		return mm_def_wrong(rd, "view.center", reterr,
				    "center: write [longitude, latitude] in degrees");
	if (!(m->view_zoom >= 0 && m->view_zoom <= MM_DEF_ZOOM_MAX))
		return mm_def_wrong(rd, "view.zoom", reterr, "zoom: write a number from 0 to %d",
				    MM_DEF_ZOOM_MAX);
	return MM_OK;
}

static enum mm_code read_crs(const struct mm_def_reading *rd, struct mm_map_def *m, const char *crs,
			     struct mm_err *reterr)
{
	const char *file;
	bool is_geographic = false;
	enum mm_code rc = mm_def_crs(rd, crs, &m->crs, &file, &is_geographic, reterr);

	if (!rc && is_geographic)
		rc = mm_def_wrong(
		    rd, "crs", reterr,
		    "crs: the map's own system must be in metres, such as MSK48_1 or EPSG:32637");
	return rc;
}

static enum mm_code read_raw(const struct mm_def_reading *rd, struct mm_map_def *m,
			     const struct mm_raw_map *raw, struct mm_err *reterr)
{
	enum mm_code rc;

	if (raw->title)
		m->title = mm_def_title(rd, raw->title);
	m->description = mm_def_title(rd, raw->description);
	m->attribution = mm_def_title(rd, raw->attribution);
	if (raw->cache && *raw->cache)
		m->cache = mm_def_path(m->file, raw->cache, rd->mem);
	rc = read_allow(rd, m, raw, reterr);
	if (!rc)
		rc = read_themes(rd, m, raw, reterr);
	if (!rc)
		rc = read_view(rd, m, raw->view, reterr);
	if (!rc)
		rc = read_server(rd, m, raw->server, reterr);
	if (!rc)
		rc = read_crs(rd, m, raw->crs, reterr);
	if (!rc)
		rc = mm_def_grids(rd, raw, m, reterr);
	if (!rc && !mm_def_bool(raw->require_if_match, &m->requires_if_match))
		rc = mm_def_wrong(rd, "require_if_match", reterr,
				  "require_if_match \"%.30s\": write true or false", raw->require_if_match);
	return rc;
}

static const char *keep(struct mm_arena *mem, const char *text)
{
	return mm_arena_text(mem, text, strlen(text));
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

/* Of grids that files lay out; those in map.yaml itself are in its own bytes. */
static uint64_t grids_hash(const struct mm_map_def *m)
{
	uint64_t h = 0;

	for (size_t i = 0; i < m->grid_count; i++)
		if (m->grid[i].ready)
			h = h * 31 + mm_tile_matrix_set_hash(m->grid[i].ready);
	return h;
}

/* Reads DIR/map.yaml; what it says of the definition outside it comes from `m`. */
static enum mm_code read_file(struct mm_map_def *m, struct mm_arena *mem, struct mm_err *reterr)
{
	struct mm_yaml_keys keys = {0};
	const struct mm_def_reading rd = {.path = m->file, .mem = mem, .keys = &keys};
	char where[MM_YAML_WHERE_MAX];
	struct mm_buf file;
	void *raw = NULL;
	enum mm_code rc;
	MM_ARENA_SCOPE(scratch, MM_DEF_KEYS_MAX);

	mm_yaml_where(m->file, 0, where);
	mm_buf_init(&file, MM_DEF_YAML_MAX);
	rc = mm_file_read(m->file, &file, reterr);
	if (!rc)
		rc = mm_yaml_load(m->file, file.data ? (const char *)file.data : "", file.len, &mm_map_yaml,
				  &scratch, &keys, &raw, reterr);
	if (!rc && !raw)
		rc = mm_fail(reterr, MM_E_INVALID, where,
			     "empty: remove it, or write at least title: {ru: ..., en: ...}");
	if (!rc)
		rc = read_raw(&rd, m, raw, reterr);
	if (!rc)
		m->hash = mm_hash64(file.data, file.len, mm_hash64(m->crs, strlen(m->crs), grids_hash(m)));
	mm_yaml_free(&mm_map_yaml, raw);
	mm_buf_release(&file);
	return rc;
}

enum mm_code mm_map_def_read(const char *dir, struct mm_arena *mem, struct mm_map_def *ret,
			     struct mm_err *reterr)
{
	struct mm_yaml_keys none = {0};
	const struct mm_def_reading rd = {.path = "", .mem = mem, .keys = &none};
	struct mm_map_def m = {0};
	const char *path;
	enum mm_code rc = set_defaults(&m, dir, mem, reterr);

	if (rc)
		return rc;
	path = mm_arena_printf(mem, "%s/map.yaml", m.dir);
	if (!path)
		return mm_fail_nomem(reterr);
	if (mm_file_exists(path)) {
		m.file = path;
		rc = read_file(&m, mem, reterr);
	} else {
		rc = read_allow(&rd, &m, NULL, reterr);
		if (!rc)
			rc = read_server(&rd, &m, NULL, reterr);
	}
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

	mm_buf_init(&file, MM_DEF_YAML_MAX);
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
	if (!f) {
		(void)mm_fail_nomem(reterr);
		rc = MM_E_NOMEM;
	} else if (count > FILES_MAX) {
		rc = mm_fail(reterr, MM_E_LIMIT, map->dir, "%d layer files: at most %d", count, FILES_MAX);
	}
	for (int i = 0; i < count && !rc; i++) {
		const char *name = entry[i]->d_name;

		f[i].path = mm_arena_printf(mem, "%s/%s", map->dir, name);
		f[i].id = mm_arena_text(mem, name, strlen(name) - strlen(".yaml"));
		if (!f[i].path || !f[i].id) {
			(void)mm_fail_nomem(reterr);
			rc = MM_E_NOMEM;
		} else {
			read_one(map, &f[i], mem);
		}
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
