/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/latency/worst.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY 10000000u

struct vgic *gic;
struct vgic_vcpu *vcpus[MAX_VCPUS];

static struct {
	void *memory;
	void *hw[MAX_VCPUS];
	uint32_t nr_vcpus;
	uint8_t *ram;
	bool kicked[MAX_VCPUS];
} w;

void worst_die(const char *what)
{
	fprintf(stderr, "vgic-worst: %s\n", what);
	exit(1);
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	w.kicked[vcpu] = true;
}

static uint8_t *at(uint64_t ipa, size_t len)
{
	return ipa >= RAM_BASE && ipa - RAM_BASE <= RAM_SIZE - len ?
		       w.ram + (ipa - RAM_BASE) :
		       NULL;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const uint8_t *from = at(ipa, len);

	(void)ctx;
	return from ? !memcpy(buf, from, len) : -1;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	uint8_t *to = at(ipa, len);

	(void)ctx;
	return to ? !memcpy(to, buf, len) : -1;
}

static const struct vgic_host_ops host = {
	.kick = kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
};

void poke64(uint64_t ipa, uint64_t value)
{
	if (write_guest(NULL, ipa, &value, 8)) {
		worst_die("the guest has no such memory");
	}
}

void fill(uint64_t ipa, uint8_t value, uint64_t size)
{
	memset(at(ipa, size), value, size);
}

static void make_hw(struct vgic_config *config, uint32_t vcpu)
{
	if (vgic_arch_model(config->arch) == VGIC_GICV5) {
		w.hw[vcpu] = calloc(1, vgic_soft_v5_size());
		if (!w.hw[vcpu] || vgic_soft_v5_init(w.hw[vcpu], &config->v5,
						     (uint16_t)vcpu)) {
			worst_die("no CPU interface");
		}
		return;
	}
	w.hw[vcpu] = calloc(1, vgic_soft_size());
	if (!w.hw[vcpu]) {
		worst_die("no CPU interface");
	}
	vgic_soft_init(w.hw[vcpu], vgic_arch_model(config->arch) == VGIC_GICV2,
		       NULL, NULL, &config->caps);
}

void worst_create(struct vgic_config *config)
{
	size_t size;

	w.ram = calloc(1, RAM_SIZE);
	w.nr_vcpus = config->nr_vcpus;
	config->cpuif = &vgic_soft_backend;
	config->v5.cpuif = &vgic_soft_v5_backend;
	config->host = &host;
	for (uint32_t v = 0; v < w.nr_vcpus; v++) {
		make_hw(config, v);
	}
	size = vgic_memory_size(config);
	w.memory = size ? aligned_alloc(64, size) : NULL;
	if (!w.ram || !w.memory || vgic_create(config, w.memory, size, &gic)) {
		worst_die("no vGIC");
	}
	for (uint32_t v = 0; v < w.nr_vcpus; v++) {
		if (vgic_vcpu_create(gic, v, v, w.hw[v], &vcpus[v])) {
			worst_die("no vCPU");
		}
	}
}

void worst_destroy(void)
{
	for (uint32_t v = 0; v < w.nr_vcpus; v++) {
		free(w.hw[v]);
	}
	free(w.memory);
	free(w.ram);
}

void worst_run(const struct worst *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		latency_label(list[i].name);
		list[i].run();
	}
}

/* Out of the guest, and off the CPU, between two verbs. */
static void pass(uint32_t vcpu)
{
	w.kicked[vcpu] = false;
	vgic_load(vcpus[vcpu]);
	vgic_enter(vcpus[vcpu]);
	vgic_exit(vcpus[vcpu]);
	vgic_put(vcpus[vcpu]);
}

void settle(uint32_t vcpu)
{
	uint32_t n = 0;

	w.kicked[vcpu] = false;
	(void)vgic_pending(vcpus[vcpu]);
	do {
		pass(vcpu);
		if (n++ > MANY) {
			worst_die("a vCPU never comes to rest");
		}
	} while (w.kicked[vcpu]);
	w.kicked[vcpu] = false;
	(void)vgic_pending(vcpus[vcpu]);
}

static uint64_t access(uint32_t vcpu, uint64_t ipa, unsigned int width,
		       bool write, uint64_t value)
{
	enum vgic_trap done;
	uint32_t n = 0;

	while ((done = vgic_trap_mmio(vcpus[vcpu], ipa, width, write,
				      &value)) == VGIC_TRAP_RETRY) {
		pass(vcpu);
		if (n++ > MANY) {
			worst_die("an access is repeated for ever");
		}
	}
	if (done != VGIC_TRAP_DONE) {
		worst_die("no such register");
	}
	return value;
}

uint64_t load(uint32_t vcpu, uint64_t ipa, unsigned int width)
{
	return access(vcpu, ipa, width, false, 0);
}

void store(uint32_t vcpu, uint64_t ipa, unsigned int width, uint64_t value)
{
	(void)access(vcpu, ipa, width, true, value);
}

/* In the guest, as far as the library can answer there; as often as it asks. */
static uint64_t sys(uint32_t vcpu, uint32_t sysreg, bool write, uint64_t value)
{
	struct vgic_vcpu *v = vcpus[vcpu];
	enum vgic_trap done;
	uint64_t given = value;
	uint32_t n = 0;

	do {
		value = given;
		vgic_load(v);
		vgic_enter(v);
		done = vgic_trap_sysreg_entered(v, sysreg, write, &value);
		vgic_exit(v);
		if (done == VGIC_TRAP_NOT_MINE) {
			done = vgic_trap_sysreg(v, sysreg, write, &value);
		}
		vgic_put(v);
	} while (done == VGIC_TRAP_RETRY && n++ < MANY);
	if (done != VGIC_TRAP_DONE) {
		worst_die("no such system register");
	}
	return value;
}

uint64_t read_sys(uint32_t vcpu, uint32_t sysreg)
{
	return sys(vcpu, sysreg, false, 0);
}

void write_sys(uint32_t vcpu, uint32_t sysreg, uint64_t value)
{
	(void)sys(vcpu, sysreg, true, value);
}

void inject(uint32_t vcpu, uint32_t intid, bool level)
{
	if (vgic_inject_irq(gic, vcpu, intid, level, NULL)) {
		worst_die("no such interrupt");
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} machines[] = {
		{ "v2", worst_v2 },
		{ "v3", worst_v3 },
		{ "its", worst_its },
		{ "v5", worst_v5 },
	};

	for (uint32_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (argc < 2 || !strcmp(argv[1], machines[i].name)) {
			machines[i].run();
		}
	}
	return 0;
}
