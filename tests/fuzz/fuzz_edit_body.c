#include "api/edits/edits.h"
#include "feed/edit_private.h"
#include "feed/job.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/layer_fixture.h"

/* Bodies of edits: what is read fits the schema, is checked without a crash, and reaches the child as it is.
 */

static struct mm_layer *layer;
static struct mm_kits *kits;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct mm_layer_build *build = fixture_begin("EPSG:28407");

	(void)argc, (void)argv;
	fixture_point(build, 1, "a", 1, 7506936, 5796829);
	layer = fixture_end(build);
	kits = mm_kits_new();
	return layer && kits ? 0 : -1;
}

static void send_to_child(const struct mm_edit_body *b, struct mm_arena *mem)
{
	struct mm_job job = {.is_edit = true, .edit_count = b->count}, back;
	struct mm_buf text;

	job.edit = mm_job_edits(mm_layer_schema(layer), b->edit, b->count, mem);
	mm_buf_init(&text, 16 << 20);
	mm_job_write(&job, &text);
	if (job.edit && !text.failed &&
	    mm_job_read((const char *)text.data, text.len, mem, &back, NULL) == MM_OK) {
		MM_CHECK(back.is_edit && back.edit_count == b->count);
		for (size_t i = 0; i < b->count; i++) {
			const struct mm_job_edit *in = &job.edit[i], *out = &back.edit[i];

			MM_CHECK(in->kind == out->kind && in->value_count == out->value_count);
			MM_CHECK(in->wkb_len == out->wkb_len);
			MM_CHECK(!in->wkb_len || memcmp(in->wkb, out->wkb, in->wkb_len) == 0);
		}
	}
	mm_buf_release(&text);
}

/* The first byte says which kind of edit it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mm_request r = {.base_url = "http://localhost", .path = "/", .query = "", .client = ""};
	struct mm_edit_body b = {.r = &r, .layer = layer};
	MM_ARENA_SCOPE(mem, 64 << 20);

	if (size < 2)
		return 0;
	r.mem = &mem;
	r.body = data + 1;
	r.body_len = size - 1;
	b.kind = (enum mm_edit_kind)(data[0] % 3);
	b.id = b.kind == MM_EDIT_INSERT ? NULL : "1";
	b.crs = (struct mm_out_crs){.uri = "", .definition = MM_CRS84, .is_degrees = true};
	if (mm_kits_take(kits, &b.kit, NULL))
		return 0;
	if (mm_edit_body_read(&b, NULL) == MM_OK) {
		const struct mm_edit_order order = {
		    .layer = layer, .edit = b.edit, .count = b.count, .map_crs = "EPSG:28407"};

		MM_CHECK(b.count >= 1 && b.count <= MM_EDITS_MAX);
		if (mm_edit_check(&order, b.kit, NULL) == MM_OK)
			send_to_child(&b, &mem);
	}
	mm_kits_give(kits, b.kit);
	return 0;
}
