#include "job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>

/* Empties the folder of what an earlier run wrote; sub-folders are left alone. */
static void clear_folder(const char *dir)
{
	char **names = VSIReadDir(dir);

	for (int i = 0; names && names[i]; i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (strcmp(names[i], ".") != 0 && strcmp(names[i], "..") != 0)
			(void)unlink(path);
	}
	CSLDestroy(names);
}

static void write_all(struct mm_job *job)
{
	static void (*const writer[])(struct mm_job *) = {
		mm_write_bounds, mm_write_nature, mm_write_streets, mm_write_buildings, mm_write_addresses, mm_write_sites,
		mm_write_transport, mm_write_lights, mm_write_networks, mm_write_places, mm_write_sensors, mm_write_cameras,
		mm_write_projects, mm_write_permits, mm_write_anomalies,
	};

	for (size_t i = 0; i < sizeof(writer) / sizeof(writer[0]); i++) {
		int from = job->list.n;

		writer[i](job);
		for (int k = from; k < job->list.n; k++)
			printf("  %-24s %7ld features\n", job->list.item[k].file, job->list.item[k].features);
		(void)fflush(stdout);
	}
}

static const char *const plain_layers[] = {
	"boundaries", "districts", "quarters", "water", "waterways", "landuse", "green", "streets", "railways", "bridges", "buildings",
	"schools", "social_parcels", "social", "crossings", "stops", "manholes", "gas", "footprints", "playgrounds", "waste_sites",
	"sensors", "cameras", "permits",
};

/* Reads everything back and compares; 1 when anything differs from what was planted. */
static int verify(struct mm_job *job)
{
	struct mm_expect found = {0};
	long total = 0;
	int bad;

	printf("Reading the files back\n");
	mm_check_files(job->dir, &found);
	bad = mm_expect_compare(&job->planted, &found);
	for (int i = 0; i < job->list.n; i++)
		total += job->list.item[i].features;
	printf("%d files, %ld features, %d numbers planted, %d of them differ in the files\n", job->list.n, total, job->planted.n, bad);
	mm_expect_free(&found);
	mm_expect_free(&job->planted);
	return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct mm_job job = {.dir = argc > 1 ? argv[1] : "data-samples/town"};
	char path[4096];

	if (argc > 2 || !strcmp(job.dir, "--help")) {
		printf("Usage: make-town [FOLDER]\nWrites the sample town Светлореченск (default folder data-samples/town).\n");
		return argc > 2;
	}
	if (mkdir(job.dir, 0777) && errno != EEXIST) {
		fprintf(stderr, "make-town: cannot make folder %s: %s\n", job.dir, strerror(errno));
		return 1;
	}
	clear_folder(job.dir);
	mm_out_init();
	printf("Planning the town\n");
	job.town = mm_town_build();
	printf("Writing %s\n", job.dir);
	write_all(&job);
	for (size_t i = 0; i < sizeof(plain_layers) / sizeof(plain_layers[0]); i++)
		mm_expect_add(&job.planted, plain_layers[i], "bad_geometry", 0);
	(void)snprintf(path, sizeof(path), "%s/expected.json", job.dir);
	if (mm_expect_write(&job.planted, path)) {
		fprintf(stderr, "make-town: cannot write %s\n", path);
		return 1;
	}
	job.town = mm_town_free(job.town);
	free(job.crossing);
	free(job.manhole);
	free(job.manhole_net);
	free(job.waste);
	return verify(&job);
}
