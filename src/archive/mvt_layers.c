#include "archive/mvt_layers.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A protobuf message while it is read; once `bad`, there are no more fields. */
struct message {
	const unsigned char *at, *end;
	bool bad;
};

struct field {
	uint64_t number;
	unsigned wire;
	const unsigned char *bytes; /* wire 2 */
	size_t len;
};

enum { WIRE_VARINT, WIRE_64, WIRE_BYTES, WIRE_32 = 5 };

static uint64_t next_varint(struct message *m)
{
	uint64_t v = 0;

	for (unsigned shift = 0; m->at < m->end && shift < 64; shift += 7) {
		const unsigned char byte = *m->at++;

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	m->bad = true;
	return 0;
}

static bool next_field(struct message *m, struct field *ret)
{
	uint64_t key, skip = 0;

	if (m->bad || m->at == m->end)
		return false;
	key = next_varint(m);
	*ret = (struct field){.number = key >> 3, .wire = key & 7};
	switch (ret->wire) {
	case WIRE_VARINT:
		(void)next_varint(m);
		break;
	case WIRE_64:
		skip = 8;
		break;
	case WIRE_BYTES:
		skip = next_varint(m);
		break;
	case WIRE_32:
		skip = 4;
		break;
	default:
		m->bad = true;
	}
	m->bad |= ret->number == 0 || skip > (uint64_t)(m->end - m->at);
	if (m->bad)
		return false;
	ret->bytes = m->at;
	ret->len = (size_t)skip;
	m->at += skip;
	return true;
}

/* The name of a layer; NULL: it has none, or is no message. */
static const char *name_of(const struct field *layer, size_t *ret_len)
{
	struct message m = {layer->bytes, layer->bytes + layer->len, false};
	const char *name = NULL;
	struct field f;

	while (next_field(&m, &f))
		if (f.number == 1 && f.wire == WIRE_BYTES) {
			name = (const char *)f.bytes;
			*ret_len = f.len;
		}
	return m.bad || !name || !*ret_len ? NULL : name;
}

static bool has(const struct mm_mvt_name *name, size_t count, const char *text, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (name[i].len == len && memcmp(name[i].text, text, len) == 0)
			return true;
	return false;
}

enum mm_code mm_mvt_layer_names(const void *tile, size_t n, struct mm_mvt_name *name, size_t *count,
				struct mm_err *reterr)
{
	struct message m = {tile, (const unsigned char *)tile + n, false};
	struct field f;

	while (next_field(&m, &f)) {
		size_t len = 0;
		const char *text;

		if (f.number != 3 || f.wire != WIRE_BYTES)
			continue;
		text = name_of(&f, &len);
		if (!text) {
			m.bad = true;
			break;
		}
		if (has(name, *count, text, len))
			return mm_fail(reterr, MM_E_INVALID, "",
				       "two layers are named \"%.*s\": ask for one of them",
				       (int)(len < 64 ? len : 64), text);
		if (*count == MM_MVT_LAYERS_MAX)
			return mm_fail(reterr, MM_E_LIMIT, "", "more than %d layers in one tile",
				       MM_MVT_LAYERS_MAX);
		name[(*count)++] = (struct mm_mvt_name){text, len};
	}
	return m.bad ? mm_fail(reterr, MM_E_DATA, "", "is not a vector tile (MVT), or is damaged") : MM_OK;
}
