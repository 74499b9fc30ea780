#include "check.h"

#include "style/asset.h"
#include "style/sprite.h"

#include <jansson.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

/* A sheet unpacked to premultiplied RGBA. */
struct sheet {
	png_image image;
	unsigned char *pixels;
};

static struct sheet unpack(const struct mm_shared *png)
{
	struct sheet s = {.image = {.version = PNG_IMAGE_VERSION}};

	assert_true(png_image_begin_read_from_memory(&s.image, png->data, png->len));
	s.image.format = PNG_FORMAT_RGBA;
	s.pixels = malloc(PNG_IMAGE_SIZE(s.image));
	assert_non_null(s.pixels);
	assert_true(png_image_finish_read(&s.image, NULL, s.pixels, 0, NULL));
	return s;
}

static struct mm_shared *file(struct mm_sprites *s, const char *name, const char *type)
{
	struct mm_shared *found = NULL;
	const char *its_type = NULL;

	assert_int_equal(mm_sprites_file(s, name, &found, &its_type, NULL), MM_OK);
	assert_string_equal(its_type, type);
	return found;
}

/* Fields of view and patterns are meant to be seen through. */
static bool is_faint(const char *name)
{
	return strncmp(name, "camera-view", 11) == 0 || strncmp(name, "hatch", 5) == 0 ||
	       strncmp(name, "pattern-", 8) == 0;
}

/* Every icon lies on the sheet, has ink, and no two share a pixel. */
static void check(struct mm_sprites *sprites, const char *json_name, const char *png_name, int ratio)
{
	struct mm_shared *json = file(sprites, json_name, "application/json");
	struct mm_shared *png = file(sprites, png_name, "image/png");
	json_t *index = json_loadb((const char *)json->data, json->len, 0, NULL), *icon;
	struct sheet s = unpack(png);
	unsigned char *taken = calloc(s.image.width, s.image.height);
	const char *name;

	assert_non_null(taken);
	json_object_foreach(index, name, icon)
	{
		json_int_t x = json_integer_value(json_object_get(icon, "x"));
		json_int_t y = json_integer_value(json_object_get(icon, "y"));
		json_int_t w = json_integer_value(json_object_get(icon, "width"));
		json_int_t h = json_integer_value(json_object_get(icon, "height"));
		bool ink = false;

		assert_int_equal(json_integer_value(json_object_get(icon, "pixelRatio")), ratio);
		assert_true(w > 0 && h > 0 && x >= 0 && y >= 0 && x + w <= s.image.width &&
			    y + h <= s.image.height);
		for (json_int_t v = y; v < y + h; v++)
			for (json_int_t u = x; u < x + w; u++) {
				size_t at = (size_t)v * s.image.width + (size_t)u;

				ink |= s.pixels[at * 4 + 3] > 200;
				assert_false(taken[at]++);
			}
		assert_true(ink || is_faint(name));
	}
	for (size_t i = 0; i < (size_t)s.image.width * s.image.height; i++)
		assert_true(taken[i] || s.pixels[i * 4 + 3] == 0); /* no ink outside the frames */
	free(taken);
	free(s.pixels);
	json_decref(index);
	(void)mm_shared_unref(json);
	(void)mm_shared_unref(png);
}

static void icons_stand_apart_on_both_sheets(void **state)
{
	struct mm_sprites *s = NULL;

	(void)state;
	assert_int_equal(mm_sprites_new(&s, NULL), MM_OK);
	check(s, "munimap.json", "munimap.png", 1);
	check(s, "munimap@2x.json", "munimap@2x.png", 2);
	assert_null(mm_sprites_free(s));
}

static void every_embedded_icon_is_on_the_sheet(void **state)
{
	struct mm_sprites *s = NULL;
	struct mm_shared *json;
	json_t *index;
	size_t icons = 0;

	(void)state;
	assert_int_equal(mm_sprites_new(&s, NULL), MM_OK);
	json = file(s, "munimap.json", "application/json");
	index = json_loadb((const char *)json->data, json->len, 0, NULL);
	for (size_t i = 0; i < mm_asset_count; i++)
		icons += strncmp(mm_assets[i].name, "icons/", 6) == 0;
	assert_true(icons > 20);
	assert_int_equal(json_object_size(index), icons);
	assert_non_null(json_object_get(index, "sensor-flooded"));
	json_decref(index);
	(void)mm_shared_unref(json);
	(void)mm_sprites_free(s);
}

static void other_names_are_not_found(void **state)
{
	static const char *const names[] = {"", "munimap", "munimap@3x.png", "../munimap.png", "munimap.svg"};
	struct mm_sprites *s = NULL;
	struct mm_shared *found = NULL;
	const char *type = NULL;

	(void)state;
	assert_int_equal(mm_sprites_new(&s, NULL), MM_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(mm_sprites_file(s, names[i], &found, &type, NULL), MM_E_NOT_FOUND);
	(void)mm_sprites_free(s);
}

static void assets_are_found_by_name_and_sorted(void **state)
{
	(void)state;
	for (size_t i = 0; i < mm_asset_count; i++) {
		assert_ptr_equal(mm_asset_find(mm_assets[i].name), &mm_assets[i]);
		assert_true(i == 0 || strcmp(mm_assets[i - 1].name, mm_assets[i].name) < 0);
		assert_true(!mm_assets[i].br || mm_assets[i].br_len < mm_assets[i].len);
	}
	assert_non_null(mm_asset_find("viewer/index.html"));
	assert_null(mm_asset_find("viewer/../index.html"));
	assert_null(mm_asset_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(icons_stand_apart_on_both_sheets),
	    cmocka_unit_test(every_embedded_icon_is_on_the_sheet),
	    cmocka_unit_test(other_names_are_not_found),
	    cmocka_unit_test(assets_are_found_by_name_and_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
