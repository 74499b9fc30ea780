/* libFuzzer: any bytes as a PMTiles archive. What opens is asked for its metadata and for tiles of each zoom;
 * all of it is given, missing or refused with words. */
#include "archive/pmtiles_reader.h"
#include "archive/tile_number.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct mm_pmtiles_reader *r)
{
	struct mm_buf out;

	mm_buf_init(&out, 1 << 20);
	(void)!mm_pmtiles_reader_metadata(r, &out, NULL);
	for (uint32_t z = 0; z <= 32; z++)
		for (uint64_t more = 0; more < 8; more += 3) {
			struct mm_err err = {0};

			mm_buf_clear(&out);
			MM_CHECK(mm_pmtiles_reader_tile(r, mm_tile_number_first(z) + more, &out, &err) ==
				     MM_OK ||
				 err.msg[0] != '\0');
		}
	mm_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("pmtiles", MFD_CLOEXEC);
	struct mm_pmtiles_reader *r = NULL;
	struct mm_err err = {0};
	char path[64];

	if (fd < 0)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size) {
		if (mm_pmtiles_reader_new(path, &r, &err) == MM_OK)
			ask(r);
		else
			MM_CHECK(err.msg[0] != '\0');
	}
	(void)mm_pmtiles_reader_free(r);
	(void)close(fd);
	return 0;
}
