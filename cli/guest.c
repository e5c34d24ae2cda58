/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From options to a guest's files: Debian's kernels by version, built-in
 * guests by name, and the initrd that checks itself.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "guest.h"
#include "say.h"

/* fetch(): the archive does not hold it any more. */
#define FETCH_GONE 3

static char *debian_image(const char *version)
{
	return store("kernels/%s/Image", version);
}

/*
 * A version that the archive has dropped leads to the next older one; anything
 * else, such as no network, to what is here already.
 */
char *guest_newest_debian(void)
{
	bool reachable = true;
	size_t n = 0;

	while (debian_versions[n]) {
		n++;
	}
	while (n-- > 0) {
		const char *version = debian_versions[n];
		char *image = debian_image(version);
		int status = FETCH_GONE;

		if (reachable && !file_exists(image)) {
			status = fetch(text("kernel-%s", version));
		}
		if (file_exists(image)) {
			return image;
		}
		reachable = reachable && status == FETCH_GONE;
	}
	return NULL;
}

char *guest_debian(const char *version)
{
	char *image = debian_image(version);

	if (!file_exists(image) && fetch(text("kernel-%s", version))) {
		exit(STATUS_NO_SETUP);
	}
	return image;
}

/* The file of a module that was fetched with a kernel, or null. */
static char *kernel_module(const char *kernel, const char *name)
{
	const char *slash = strrchr(kernel, '/');
	int folder = slash ? (int)(slash - kernel) : 0;
	char *pattern = text("%.*s/modules/*/kernel/drivers/%s.ko.xz", folder,
			     kernel, name);
	char *module = NULL;
	glob_t found;

	if (folder && glob(pattern, 0, NULL, &found) == 0) {
		module = text("%s", found.gl_pathv[0]);
		globfree(&found);
	}
	return module;
}

/*
 * Make the initrd that checks itself: with a module that needs no hardware,
 * since loading one is part of the check, and with the drivers of disks, where
 * there are disks and the kernel has them as modules.  Null when there is no
 * busybox to make it of.
 */
static char *own_initrd(const struct run_options *o, const char *kernel)
{
	static const char *const modules[] = {
		"net/dummy",
		"block/virtio_blk",
		"virtio/virtio_mmio",
	};
	size_t count = o->pass_mmio ? 3 : o->nr_disks ? 2 : 1, used = 3;
	char *busybox = store("busybox"), *initrd;
	char *argv[3 + 3 + 1] = { 0 };

	if (!file_exists(busybox) && fetch("busybox")) {
		return NULL;
	}
	initrd = scratch("selfcheck.cpio.gz");
	argv[0] = project("guest/initrd/pack");
	argv[1] = busybox;
	argv[2] = initrd;
	for (size_t i = 0; i < count; i++) {
		char *module = kernel_module(kernel, modules[i]);

		if (module) {
			argv[used++] = module;
		}
	}
	if (spawn(argv)) {
		die(STATUS_NO_SETUP, "cannot make the initrd %s", initrd);
	}
	return initrd;
}

static bool is_linux(const struct image *image)
{
	/* A Linux Image begins as an EFI program does, bare metal not. */
	return !image->raw && !memcmp(image->bytes.data, "MZ", 2);
}

static void add_initrd(const struct run_options *o, struct guest *g)
{
	if (o->initrd) {
		struct bytes b = file_read("initrd", o->initrd);

		free(b.data);
		g->initrd = o->initrd;
		return;
	}
	if (g->linux_kernel) {
		g->initrd = own_initrd(o, g->kernel);
		g->self_check = true;
	}
}

char *guest_program(const char *name, const char *gic)
{
	/* The GICv3's version has no number in its name. */
	return project("build/el2/guest/%s%s.bin", name,
		       strcmp(gic, "v3") ? gic + 1 : "");
}

static void use_demo(const struct run_options *o, struct guest *g,
		     const char *name)
{
	*g = (struct guest){ .kernel = guest_program(name, o->gic) };
	g->image = image_load(g->kernel);
}

struct guest guest_find(const struct run_options *o)
{
	struct guest g = { 0 };

	if (o->guest) {
		use_demo(o, &g, o->guest);
		return g;
	}
	if (o->kernel) {
		g.kernel = o->kernel;
	} else if (o->debian) {
		g.kernel = guest_debian(o->debian);
	} else {
		g.kernel = guest_newest_debian();
	}
	if (g.kernel) {
		g.image = image_load(g.kernel);
		g.linux_kernel = is_linux(&g.image);
		add_initrd(o, &g);
	}
	if (g.kernel && (g.initrd || !g.self_check)) {
		return g;
	}
	if (o->kernel || o->debian) {
		die(STATUS_NO_SETUP, "no busybox for the initrd; give one "
				     "with --initrd");
	}
	if (o->nr_disks) {
		die(STATUS_NO_SETUP,
		    "no Debian kernel here and none to be "
		    "had: name a kernel for the disk with --kernel");
	}
	say("no Debian kernel here and none to be had: running the built-in "
	    "demo guest");
	use_demo(o, &g, "demo");
	return g;
}
