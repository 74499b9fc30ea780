#include "feed/edit.h"

#include "feed/child.h"
#include "feed/edit_private.h"
#include "feed/freeze.h"
#include "feed/vet.h"

#include <jansson.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { VISIBLE_MS = 5000, IDS_MAX = 2 << 20 };

struct mm_editor {
	struct mm_catalog_slot *catalog;
	struct mm_loader *_Atomic loader;
	struct mm_edit_queue *queue;
};

struct mm_editor *mm_editor_new(struct mm_catalog_slot *catalog)
{
	struct mm_editor *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->catalog = catalog;
	atomic_init(&e->loader, NULL);
	e->queue = mm_edit_queue_new();
	return e->queue ? e : mm_editor_free(e);
}

struct mm_editor *mm_editor_free(struct mm_editor *e)
{
	if (e)
		e->queue = mm_edit_queue_free(e->queue);
	free(e);
	return NULL;
}

void mm_editor_open(struct mm_editor *e, struct mm_loader *loader)
{
	atomic_store(&e->loader, loader);
}

/* One order while it is carried out. */
struct apply {
	struct mm_editor *editor;
	struct mm_loader *loader;
	const struct mm_edit_order *order;
	const struct mm_map_def *map;
	const struct mm_layer_def *def;
	struct mm_edit_turn *turn;
	struct mm_arena *mem;
};

/* The folder that the child may write in: the file itself and, beside it, its journal. "": none. */
static const char *folder_of(const struct mm_vetted *v, struct mm_arena *mem)
{
	const char *file = v->readable_count ? v->readable[0] : "", *slash = strrchr(file, '/');

	return slash ? mm_arena_text(mem, file, slash == file ? 1 : (size_t)(slash - file)) : "";
}

static enum mm_code take_ids(const struct mm_buf *text, const struct apply *a, const char *const **ret,
			     struct mm_err *reterr)
{
	json_t *list = json_loadb((const char *)text->data, text->len, 0, NULL);
	const char **ids = mm_arena_array(a->mem, a->order->count, sizeof(*ids));
	bool fine = ids && json_array_size(list) == a->order->count;

	for (size_t i = 0; fine && i < a->order->count; i++) {
		const json_t *id = json_array_get(list, i);

		ids[i] = json_is_string(id)
			     ? mm_arena_text(a->mem, json_string_value(id), json_string_length(id))
			     : NULL;
		fine = ids[i] != NULL;
	}
	json_decref(list);
	*ret = ids;
	return fine ? MM_OK : mm_fail(reterr, MM_E_INTERNAL, "", "the edit was written but has no ids");
}

/* What the child says is of the edit (INVALID, CONFLICT, NOT_FOUND, BUSY), or of the source (DATA). When it
 * ended without a word, the commit may or may not have been. */
static enum mm_code retell(enum mm_code rc, const struct mm_err *err, struct mm_err *reterr)
{
	switch (rc) {
	case MM_E_INVALID:
	case MM_E_CONFLICT:
	case MM_E_NOT_FOUND:
	case MM_E_BUSY:
	case MM_E_NOMEM:
		return mm_fail(reterr, rc, err->where, "%s", err->msg);
	case MM_E_DATA:
		if (*err->where)
			return mm_fail(reterr, rc, "", "%s", err->msg);
		break;
	default:
		break;
	}
	return mm_fail(
	    reterr, MM_E_IO, "",
	    "writing ended too early, and it is not known whether the edit was written: look before "
	    "you try again (%s)",
	    err->msg);
}

static enum mm_code run(const struct apply *a, const char *const **ret_ids, struct mm_err *reterr)
{
	const char *driver[1];
	struct mm_vetted v;
	struct mm_buf ids;
	struct mm_report report = {.probe = &ids};
	struct mm_err err = {0};
	struct mm_job job = {.is_edit = true, .def = *a->def, .driver = driver, .driver_count = 1};
	enum mm_code rc = mm_vet(a->map, a->def, a->mem, &v, reterr);

	if (rc)
		return mm_fail(reterr, MM_E_DATA, "", "the source is not to be had now");
	driver[0] = v.driver[0]->name;
	job.edit = mm_job_edits(mm_layer_schema(a->order->layer), a->order->edit, a->order->count, a->mem);
	job.edit_count = a->order->count;
	job.open = v.open;
	job.readable = v.readable;
	job.readable_count = v.readable_count;
	job.list_dir = "";
	job.temp = folder_of(&v, a->mem);
	job.out = job.stamp = "";
	job.bytes = v.bytes;
	job.has_network = v.driver[0]->needs_network;
	if (!job.edit || !job.temp)
		return mm_fail_nomem(reterr);
	mm_buf_init(&ids, IDS_MAX);
	rc = mm_child_run(&job, -1, &report, &err);
	rc = rc ? retell(rc, &err, reterr) : take_ids(&ids, a, ret_ids, reterr);
	mm_buf_release(&ids);
	return rc;
}

/* True when the catalog's layer is of the source as it is now. A database does not tell whether others have
 * written to it: it is `read` once more before it is believed. */
static bool is_current(const struct apply *a, const struct mm_layer *now, bool is_read)
{
	if (mm_edit_turn_is_behind(a->turn))
		return false;
	if (!a->def->source_is_path)
		return is_read;
	return mm_layer_identity(now) == mm_source_identity(a->def);
}

/* False: the layer in the catalog may lack edits that were answered, or a file has changed since. A table
 * that takes longer to read is taken as it was read last: our own edits are in it. */
static bool read_again(const struct apply *a, const char *id)
{
	if (mm_loader_refresh(a->loader, id, VISIBLE_MS)) {
		mm_edit_turn_set_behind(a->turn, false);
		return true;
	}
	return !a->def->source_is_path && !mm_edit_turn_is_behind(a->turn);
}

static enum mm_code ask(const struct apply *a, struct mm_err *reterr)
{
	const char *id = mm_layer_schema(a->order->layer)->id;
	enum mm_code rc = MM_OK;

	if (!a->order->check)
		return MM_OK;
	for (int tries = 0;; tries++) {
		const struct mm_catalog *c = mm_catalog_acquire(a->editor->catalog);
		const struct mm_layer *now = mm_catalog_find(c, id);
		bool fine = now && is_current(a, now, tries > 0);

		if (fine)
			rc = a->order->check(a->order->ctx, now, reterr);
		(void)mm_catalog_unref(c);
		if (fine)
			return rc;
		if (tries || !read_again(a, id))
			return mm_fail(reterr, MM_E_BUSY, "",
				       "the layer is still being read after a change: try again");
	}
}

static enum mm_code in_turn(const struct apply *a, const char *const **ret_ids, struct mm_err *reterr)
{
	enum mm_code rc = ask(a, reterr);

	if (!rc)
		rc = run(a, ret_ids, reterr);
	/* also when it is not known what was written */
	if (!rc || rc == MM_E_IO || rc == MM_E_INTERNAL)
		mm_edit_turn_set_behind(
		    a->turn, !mm_loader_refresh(a->loader, mm_layer_schema(a->order->layer)->id, VISIBLE_MS));
	return rc;
}

/* What is edited by one at a time: a file, or a table of a database. NULL: out of memory. */
static const char *key_of(const struct mm_layer_def *def, struct mm_arena *mem)
{
	char real[PATH_MAX];

	if (!def->source_is_path)
		return mm_arena_printf(mem, "%s|%s", def->source, def->table);
	return realpath(def->source, real) ? mm_arena_text(mem, real, strlen(real)) : def->source;
}

static enum mm_code check(struct mm_kits *kits, const struct mm_edit_order *order, struct mm_err *reterr)
{
	struct mm_kit *kit = NULL;
	enum mm_code rc = mm_kits_take(kits, &kit, reterr);

	if (!rc)
		rc = mm_edit_check(order, kit, reterr);
	mm_kits_give(kits, kit);
	return rc;
}

enum mm_code mm_edit_apply(struct mm_editor *e, struct mm_kits *kits, const struct mm_edit_order *order,
			   struct mm_arena *mem, const char *const **ret_ids, struct mm_err *reterr)
{
	struct apply a = {.editor = e, .order = order, .mem = mem, .loader = atomic_load(&e->loader)};
	struct mm_reading *hold = NULL;
	const char *key;
	enum mm_code rc;

	if (!a.loader)
		return mm_fail(reterr, MM_E_BUSY, "", "the layers are still being loaded: try again");
	rc = check(kits, order, reterr);
	if (!rc)
		rc = mm_loader_hold(a.loader, mm_layer_schema(order->layer)->id, &hold, &a.map, &a.def,
				    reterr);
	if (rc)
		return rc;
	if (!a.def->is_editable)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "", "the layer is not editable: its YAML says so");
	key = key_of(a.def, mem);
	if (!rc && !key)
		rc = mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_edit_queue_begin(e->queue, key, &a.turn, reterr);
	if (!rc) {
		rc = in_turn(&a, ret_ids, reterr);
		mm_edit_queue_end(e->queue, a.turn);
	}
	mm_loader_let_go(hold);
	return rc;
}
