#include "../unit/layer_walk.h"

#include "base/hash.h"
#include "store/format.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * The snapshot as a hostile child could write it: checksums are made right first, so that the structure
 * checks are what stands between the bytes and every getter. What is opened is read to the last byte, and
 * must keep what it promises.
 */

static void seal(uint8_t *file, size_t n)
{
	struct mm_format_header h;

	memcpy(&h, file, sizeof(h));
	memcpy(h.magic, MM_FORMAT_MAGIC, sizeof(h.magic));
	h.format = MM_FORMAT_VERSION;
	h.section_count = MM_SECTION_COUNT;
	h.file_bytes = n;
	h.checksum = mm_hash64(file + MM_FORMAT_HEADER_BYTES, n - MM_FORMAT_HEADER_BYTES, 0);
	h.header_checksum = 0;
	h.header_checksum = mm_hash64(&h, sizeof(h), 0);
	memcpy(file, &h, sizeof(h));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mm_layer *l = NULL;
	uint8_t *file;
	char path[64];
	int fd;
	volatile uint64_t sum = 0; /* keeps the reading alive */

	if (size < MM_FORMAT_HEADER_BYTES || size > 1 << 20)
		return 0;
	file = malloc(size);
	fd = memfd_create("snapshot", MFD_CLOEXEC);
	if (!file || fd < 0)
		abort();
	memcpy(file, data, size);
	seal(file, size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, file, size) == (ssize_t)size && mm_layer_open(path, &l, NULL) == MM_OK)
		sum = walk_layer(l);
	(void)sum;
	(void)mm_layer_unref(l);
	(void)close(fd);
	free(file);
	return 0;
}
