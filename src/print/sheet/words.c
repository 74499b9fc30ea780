#include "print/sheet/words.h"

const struct mm_print_words *mm_print_words(bool is_russian)
{
	static const struct mm_print_words ru = {.format = "Формат",
						 .scale = "Масштаб",
						 .metres = "м",
						 .kilometres = "км",
						 .north = "С",
						 .convergence = "Сближение меридианов",
						 .point = "№ точки",
						 .x = "X, м",
						 .y = "Y, м"};
	static const struct mm_print_words en = {.format = "Format",
						 .scale = "Scale",
						 .metres = "m",
						 .kilometres = "km",
						 .north = "N",
						 .convergence = "Convergence of meridians",
						 .point = "Point",
						 .x = "X (north), m",
						 .y = "Y (east), m"};

	return is_russian ? &ru : &en;
}
