#include "job.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_FOLDER "data-samples/town"

static const char usage[] =
    "Usage: make-town [FOLDER]          write the sample town (default folder " DEFAULT_FOLDER ")\n"
    "       make-town --check [FOLDER]  compare the files of a folder with its expected.json\n";

/* Layers of which no geometry may be missing or invalid. */
static const char *const sound_layers[] = {
    "boundaries",     "districts",   "quarters",    "water",   "waterways", "landuse",
    "green",          "streets",     "railways",    "bridges", "buildings", "schools",
    "social_parcels", "social",      "crossings",   "stops",   "manholes",  "gas",
    "footprints",     "playgrounds", "waste_sites", "sensors", "cameras",   "permits",
};

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

static void write_layers(struct mm_job *job)
{
	/* A writer may use the places an earlier one left in the job: crossings before covers, covers before
	 * permits. */
	static void (*const writer[])(struct mm_job *) = {
	    mm_write_bounds,    mm_write_nature,  mm_write_streets,   mm_write_buildings,
	    mm_write_addresses, mm_write_sites,   mm_write_transport, mm_write_lights,
	    mm_write_networks,  mm_write_places,  mm_write_sensors,   mm_write_cameras,
	    mm_write_projects,  mm_write_permits, mm_write_anomalies, mm_write_ortho,
	};

	for (size_t i = 0; i < sizeof(writer) / sizeof(writer[0]); i++)
		writer[i](job);
	for (size_t i = 0; i < sizeof(sound_layers) / sizeof(sound_layers[0]); i++)
		mm_expect_add(&job->planted, sound_layers[i], "bad_geometry", 0);
}

static void print_files(const struct mm_out_list *list)
{
	long total = 0;

	for (int i = 0; i < list->n; i++) {
		printf("  %-24s %7ld\n", list->item[i].file, list->item[i].features);
		total += list->item[i].features;
	}
	printf("  %-24s %7ld features\n", "", total);
}

static void release(struct mm_job *job)
{
	OGR_G_DestroyGeometry(job->municipality);
	for (int i = 1; i <= 9; i++)
		OGR_G_DestroyGeometry(job->district[i]);
	job->town = mm_town_free(job->town);
	free(job->crossing);
	free(job->manhole);
	free(job->manhole_net);
	free(job->waste);
	mm_expect_free(&job->planted);
}

static int write_town(const char *dir, const char *expected)
{
	struct mm_job job = {.dir = dir};
	int failed;

	if (mkdir(dir, 0777) && errno != EEXIST) {
		fprintf(stderr, "make-town: cannot make folder %s: %s\n", dir, strerror(errno));
		return 1;
	}
	clear_folder(dir);
	printf("Planning the town\n");
	job.town = mm_town_build();
	printf("Writing %s\n", dir);
	(void)fflush(stdout);
	write_layers(&job);
	print_files(&job.list);
	failed = mm_expect_write(&job.planted, expected);
	if (failed)
		fprintf(stderr, "make-town: cannot write %s\n", expected);
	release(&job);
	return failed;
}

/* The independent pass over what is on the disk: 1 when anything differs from what was planted. */
static int check_town(const char *dir, const char *expected)
{
	struct mm_expect planted = {0}, found = {0};
	int bad;

	printf("Reading the files back\n");
	(void)fflush(stdout);
	if (mm_expect_read(&planted, expected)) {
		fprintf(stderr, "make-town: cannot read %s\n", expected);
		return 1;
	}
	mm_check_files(dir, &found);
	bad = mm_expect_compare(&planted, &found);
	printf("%d planted numbers, %d of them differ in the files\n", planted.n, bad);
	mm_expect_free(&planted);
	mm_expect_free(&found);
	return bad > 0;
}

int main(int argc, char **argv)
{
	int check = argc > 1 && !strcmp(argv[1], "--check");
	const char *dir = argc > 1 + check ? argv[1 + check] : DEFAULT_FOLDER;
	char expected[4096];

	if (argc > 2 + check || dir[0] == '-') {
		fputs(usage, strcmp(dir, "--help") ? stderr : stdout);
		return strcmp(dir, "--help") != 0;
	}
	(void)snprintf(expected, sizeof(expected), "%s/expected.json", dir);
	mm_out_init();
	if (!check && write_town(dir, expected))
		return 1;
	return check_town(dir, expected);
}
