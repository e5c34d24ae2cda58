/* SPDX-License-Identifier: BSD-2-Clause */
/* Give a fuzz target every file of a directory, once. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/target.h"

#define MOST_BYTES (1u << 20)

static int run_file(const char *path)
{
	static uint8_t bytes[MOST_BYTES];
	FILE *file = fopen(path, "rb");
	size_t length;
	uint8_t *copy;

	if (!file) {
		perror(path);
		return 1;
	}
	length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	/* Of its very size, so that a sanitizer sees what reads beyond. */
	copy = malloc(length ? length : 1);
	if (!copy) {
		return 1;
	}
	for (size_t i = 0; i < length; i++) {
		copy[i] = bytes[i];
	}
	printf("%s\n", path);
	fflush(stdout);
	(void)LLVMFuzzerTestOneInput(copy, length);
	free(copy);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;
	char path[4096];
	int failed = 0, files = 0;

	if (!dir) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.') {
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		failed += run_file(path);
		files++;
	}
	closedir(dir);
	printf("%d inputs\n", files);
	return failed || !files;
}
