#include "feed/identity.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"
#include "feed/freeze.h"
#include "feed/sidecar.h"

#include <string.h>
#include <sys/stat.h>

/* Raised whenever the same source would give another snapshot. */
enum { FREEZE_VERSION = 3 };

static bool is_idle_journal(const char *path, const struct stat *st)
{
	return st->st_size == 0 && (mm_text_ends(path, "-wal") || mm_text_ends(path, "-journal"));
}

void mm_identity_read(const struct mm_sidecars *s, uint64_t definition_hash, struct mm_identity *ret)
{
	struct mm_identity id = {.hash = definition_hash ^ FREEZE_VERSION};

	for (size_t i = 0; i < s->count; i++) {
		struct stat st;
		int64_t look[5];

		if (stat(s->path[i], &st) != 0 || is_idle_journal(s->path[i], &st))
			continue;
		/* ctime: a file put in place with the old one's size and mtime (cp -p, rsync -t) is a change
		 * too */
		look[0] = S_ISDIR(st.st_mode) ? 0 : st.st_size;
		look[1] = st.st_mtim.tv_sec;
		look[2] = st.st_mtim.tv_nsec;
		look[3] = st.st_ctim.tv_sec;
		look[4] = st.st_ctim.tv_nsec;
		id.hash = mm_hash64(s->path[i], strlen(s->path[i]), id.hash);
		id.hash = mm_hash64(look, sizeof(look), id.hash);
		id.bytes += (uint64_t)look[0];
		if (look[1] * 1000 > id.changed_ms)
			id.changed_ms = look[1] * 1000;
	}
	if (!id.hash)
		id.hash = 1;
	*ret = id;
}

uint64_t mm_source_identity(const struct mm_layer_def *def)
{
	struct mm_sidecars parts;
	struct mm_identity id;
	struct mm_arena mem;

	if (!def->source_is_path)
		return mm_hash64(def->source, strlen(def->source), def->hash ^ FREEZE_VERSION) | 1;
	mm_arena_init(&mem, (size_t)4 << 20);
	id.hash = 0;
	if (!mm_sidecars_find(def->source, &mem, &parts, NULL))
		mm_identity_read(&parts, def->hash, &id);
	mm_arena_release(&mem);
	return id.hash;
}
