/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's door under a VMM gone mad: calls of every kind in any order, with a
 * guest that runs in between.  An input that begins with a brace is an
 * attribute stream as vgic-snapshot reads it; else each 20 bytes are a call.
 *
 * Whatever comes, the library's invariants hold; and what a VM's attributes
 * are is what they are again in a VM that they were restored to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vgic/kvm.h>
#include <vgic/trap.h>

#include "tests/fuzz/target.h"
#include "tools/attrs.h"

#include "regs/gicv5.h"
#include "tests/machine/soft.h"

#define VCPUS 3u
#define MAX_CALLS 400u
#define HERE 0x10000u
#define RAM 0x40000000u

struct call {
	uint8_t op, vcpu, group, where;
	uint64_t attr, value;
};

struct vmm {
	struct vgic_kvm *vm;
	enum vgic_model model;
	uint32_t fd;
	uint32_t nr_vcpus;
	void *hw[VCPUS];
	bool running[VCPUS];
	struct vgic_cpuif_caps caps;
	/* attrs_save() gives real pointers. */
	bool trusted;
	uint32_t signals;
	uint8_t user[0x4000];
	uint8_t ram[0x10000];
};

static void *get_memory(void *ctx, size_t size)
{
	(void)ctx;
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void give_back(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

static void *at(uint8_t *area, size_t area_size, uint64_t base, uint64_t addr,
		size_t size)
{
	if (addr < base || addr - base > area_size ||
	    size > area_size - (addr - base)) {
		return NULL;
	}
	return area + (addr - base);
}

static int copy_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	struct vmm *v = ctx;
	const void *from = at(v->user, sizeof(v->user), HERE, addr, size);

	if (v->trusted) {
		return attrs_copy_in(ctx, to, addr, size);
	}
	if (from) {
		memcpy(to, from, size);
	}
	return !from;
}

static int copy_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	struct vmm *v = ctx;
	void *to = at(v->user, sizeof(v->user), HERE, addr, size);

	if (v->trusted) {
		return attrs_copy_out(ctx, addr, from, size);
	}
	if (to) {
		memcpy(to, from, size);
	}
	return !to;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	struct vmm *v = ctx;
	const void *from = at(v->ram, sizeof(v->ram), RAM, ipa, len);

	if (from) {
		memcpy(buf, from, len);
	}
	return !from;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	struct vmm *v = ctx;
	void *to = at(v->ram, sizeof(v->ram), RAM, ipa, len);

	if (to) {
		memcpy(to, buf, len);
	}
	return !to;
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	fprintf(stderr, "broken: %s (vCPU %d, INTID %#x)\n", what, (int)vcpu,
		intid);
	abort();
}

/* The device behind it asks again, now and then. */
static void resample(void *ctx, uint32_t resamplefd)
{
	struct vmm *v = ctx;

	if (v->signals++ % 3 == 0) {
		(void)vgic_kvm_irqfd_signal(v->vm, resamplefd);
	}
}

static const struct vgic_host_ops host = {
	.kick = kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
	.bug = bug,
};

static const struct vgic_v5_config v5 = {
	.cpuif = &vgic_soft_v5_backend,
	.ppi_implemented = { 0x58000008, 1 },
	.ppi_level = { 0x58000000, 0 },
	.nr_lpis = 1024,
	.lpi_id_bits = 16,
	.nr_irs = 1,
};

static struct vmm *new_vmm(enum vgic_model model)
{
	struct vmm *v = calloc(1, sizeof(*v));
	struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 | VGIC_KVM_HAS_V5,
		.ipa_bits = 40,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = copy_in,
		.copy_out = copy_out,
		.resample = resample,
		.ctx = v,
		.gic = { .cpuif = &vgic_soft_backend,
			 .v5 = v5,
			 .host = &host,
			 .host_ctx = v,
			 .nr_side_entries = 8 },
	};

	v->model = model;
	for (uint32_t i = 0; i < VCPUS; i++) {
		v->hw[i] = soft_new(model, &v5, i, &config.gic.caps);
	}
	v->caps = config.gic.caps;
	if (vgic_kvm_create(&config, &v->vm)) {
		abort();
	}
	return v;
}

static struct vgic_vcpu *vcpu_of(struct vmm *v, uint32_t n)
{
	return v->running[n] ? vgic_kvm_vcpu(v->vm, n) : NULL;
}

static void stop(struct vmm *v, uint32_t n)
{
	if (v->running[n]) {
		vgic_kvm_run_end(v->vm, n);
		v->running[n] = false;
	}
}

static void start(struct vmm *v, uint32_t n)
{
	if (!v->running[n] && !vgic_kvm_run_begin(v->vm, n)) {
		v->running[n] = true;
		if (vcpu_of(v, n)) {
			vgic_load(vcpu_of(v, n));
		}
	}
}

static void free_vmm(struct vmm *v)
{
	vgic_kvm_destroy(v->vm);
	for (uint32_t i = 0; i < VCPUS; i++) {
		free(v->hw[i]);
	}
	free(v);
}

static void create(struct vmm *v)
{
	static const uint32_t types[] = {
		[VGIC_GICV2] = VGIC_KVM_DEV_V2,
		[VGIC_GICV3] = VGIC_KVM_DEV_V3,
		[VGIC_GICV5] = VGIC_KVM_DEV_V5,
	};
	struct vgic_kvm_create_device c = { .type = types[v->model] };

	if (!vgic_kvm_create_device(v->vm, &c)) {
		v->fd = c.fd;
	}
}

/* One access to an attribute: `where` says at which address. */
static void attribute(struct vmm *v, const struct call *c)
{
	const struct vgic_kvm_device_attr attr = {
		.group = c->group,
		.attr = c->attr,
		.addr = c->where < 0xf0 ? HERE + c->where * 8u :
			c->where < 0xf8 ? 0 :
					  c->value,
	};

	if (c->where < 0xf0 && c->group != VGIC_KVM_GRP_IST) {
		memcpy(v->user + c->where * 8u, &c->value, sizeof(c->value));
	}
	switch (c->op % 3) {
	case 0:
		(void)vgic_kvm_set_attr(v->vm, v->fd, &attr);
		break;
	case 1:
		(void)vgic_kvm_get_attr(v->vm, v->fd, &attr);
		break;
	default:
		(void)vgic_kvm_has_attr(v->vm, v->fd, &attr);
		break;
	}
}

/* Images in the VMM's memory, of the right sizes more often than not. */
static void ist(struct vmm *v, const struct call *c)
{
	struct vgic_kvm_ist args = {
		.spi_ist_addr = HERE + 0x1000,
		.spi_ist_size = c->where & 1 ? c->attr : 128,
		.lpi_ist_addr = c->where & 2 ? HERE + 0x2000 : 0,
		.lpi_ist_size = c->where & 4 ? c->value :
				c->where & 2 ? 4096 :
					       0,
	};
	struct call set = *c;

	memcpy(v->user, &args, sizeof(args));
	set.group = VGIC_KVM_GRP_IST;
	set.attr = 0;
	set.where = 0;
	attribute(v, &set);
}

static void guest(struct vmm *v, const struct call *c)
{
	struct vgic_vcpu *vcpu = vcpu_of(v, c->vcpu % VCPUS);
	static const uint8_t widths[] = { 1, 2, 4, 8 };
	uint64_t value = c->value;

	if (!vcpu) {
		return;
	}
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	if (c->where & 1) {
		(void)vgic_trap_mmio(vcpu, c->attr, widths[c->where >> 2 & 3],
				     c->where & 2, &value);
	} else {
		(void)vgic_trap_sysreg(vcpu, (uint32_t)c->attr & 0xffff,
				       c->where & 2, &value);
	}
	(void)vgic_pending(vcpu);
}

static void irqs(struct vmm *v, const struct call *c)
{
	const struct vgic_kvm_irq_level level = {
		.irq = (uint32_t)c->attr,
		.level = (uint32_t)c->value,
	};
	const struct vgic_kvm_irqfd irqfd = {
		.fd = (uint32_t)c->attr,
		.resamplefd = (uint32_t)c->attr,
		.gsi = (uint32_t)c->value,
		.flags = c->where % 5u,
	};
	const struct vgic_kvm_msi msi = { .flags = c->where,
					  .data = (uint32_t)c->value };
	struct {
		struct vgic_kvm_routing header;
		struct vgic_kvm_routing_entry entries[2];
	} routing = {
		.header = { .nr = c->where % 3u },
		.entries = { { .gsi = (uint32_t)c->attr,
			       .type = c->vcpu,
			       .u.irqchip.pin = (uint32_t)c->value },
			     { .gsi = (uint32_t)(c->attr >> 32),
			       .type = VGIC_KVM_ROUTING_MSI } },
	};

	switch (c->group % 5) {
	case 0:
		(void)vgic_kvm_irq_line(v->vm, &level);
		break;
	case 1:
		(void)vgic_kvm_irqfd(v->vm, &irqfd);
		break;
	case 2:
		(void)vgic_kvm_irqfd_signal(v->vm, (uint32_t)c->attr);
		break;
	case 3:
		(void)vgic_kvm_signal_msi(v->vm, &msi);
		break;
	default:
		(void)vgic_kvm_set_gsi_routing(v->vm, &routing.header);
		break;
	}
}

static void do_call(struct vmm *v, const struct call *c)
{
	uint32_t n = c->vcpu % VCPUS;

	switch (c->op % 16) {
	case 0:
		create(v);
		break;
	case 1:
		if (v->nr_vcpus < VCPUS &&
		    !vgic_kvm_add_vcpu(v->vm, v->nr_vcpus, v->nr_vcpus,
				       v->hw[v->nr_vcpus])) {
			v->nr_vcpus++;
		}
		break;
	case 2:
		start(v, n);
		break;
	case 3:
		stop(v, n);
		break;
	case 4:
		ist(v, c);
		break;
	case 5:
	case 6:
		irqs(v, c);
		break;
	case 7:
	case 8:
	case 9:
		guest(v, c);
		break;
	default:
		attribute(v, c);
		break;
	}
}

static char *written(const struct attrs *attrs)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	attrs_write(out, attrs);
	fclose(out);
	return text;
}

/* False: its first run failed, and nothing works any more. */
static bool describe(struct vmm *v, struct attrs_machine *m)
{
	const struct vgic_kvm_device_attr attr = {
		.group = VGIC_KVM_GRP_NR_IRQS,
		.addr = (uintptr_t)&m->nr_irqs,
	};
	bool is_v5 = v->model == VGIC_GICV5;

	m->model = v->model;
	m->nr_vcpus = v->nr_vcpus;
	for (uint32_t i = 0; i < v->nr_vcpus; i++) {
		m->vcpus[i].id = i;
		m->vcpus[i].mpidr = i;
	}
	m->pri_bits = is_v5 ? 0 : v->caps.pri_bits;
	m->pre_bits = is_v5 ? 0 : v->caps.pre_bits;
	m->id_bits = is_v5 ? 0 : v->caps.id_bits;
	m->a3v = !is_v5 && v->caps.a3v;
	m->lpi_id_bits = is_v5 ? v5.lpi_id_bits : 0;
	for (uint32_t n = 0; is_v5 && n < 2; n++) {
		m->ppi_implemented[n] = v5.ppi_implemented[n];
		m->ppi_level[n] = v5.ppi_level[n];
	}
	return !vgic_kvm_get_attr(v->vm, v->fd, &attr);
}

/* Saved, restored, and saved again: the same. */
static void move(struct attrs_device from, const struct attrs_machine *m)
{
	struct attrs first = { .machine = *m }, second = { .machine = *m };
	struct attrs_error error;
	struct attrs_vm *to = attrs_vm_new(m, false, &error);
	char *a, *b;

	if (!to || !attrs_save(from, &first, &error) ||
	    !attrs_load(attrs_vm_device(to), &first, &error) ||
	    !attrs_save(attrs_vm_device(to), &second, &error)) {
		fprintf(stderr, "%s\n", error.text);
		abort();
	}
	a = written(&first);
	b = written(&second);
	if (strcmp(a, b)) {
		size_t n = 0;

		while (a[n] == b[n]) {
			n++;
		}
		while (n && a[n - 1] != '\n') {
			n--;
		}
		fprintf(stderr, "%.150s\nbecomes %.150s\n", a + n, b + n);
		abort();
	}
	free(a);
	free(b);
	attrs_free(&first);
	attrs_free(&second);
	attrs_vm_free(to);
}

static void run_calls(const uint8_t *data, size_t size)
{
	static const enum vgic_model models[] = { VGIC_GICV2, VGIC_GICV3,
						  VGIC_GICV5 };
	struct vmm *v = new_vmm(models[data[0] % 3]);
	struct call c;

	for (uint32_t n = 0; n < MAX_CALLS && 1 + n * 20 + 20 <= size; n++) {
		const uint8_t *from = data + 1 + n * 20;

		c = (struct call){ from[0], from[1], from[2], from[3], 0, 0 };
		memcpy(&c.attr, from + 4, 8);
		memcpy(&c.value, from + 12, 8);
		do_call(v, &c);
	}
	for (uint32_t i = 0; i < VCPUS; i++) {
		stop(v, i);
	}
	if (vgic_kvm_gic(v->vm) && vgic_check_invariants(vgic_kvm_gic(v->vm))) {
		abort();
	}
	v->trusted = true;
	if (vgic_kvm_gic(v->vm)) {
		struct attrs_device device = { .vm = v->vm, .fd = v->fd };
		struct attrs_machine m = { 0 };

		if (v->model == VGIC_GICV5) {
			uint64_t irs = 0;
			const struct vgic_kvm_device_attr attr = {
				.group = VGIC_KVM_GRP_ADDR,
				.attr = VGIC_KVM_ADDR_V5_IRS,
				.addr = (uintptr_t)&irs,
			};

			(void)vgic_kvm_set_attr(v->vm, v->fd, &attr);
		}
		if (describe(v, &m)) {
			move(device, &m);
		}
	}
	free_vmm(v);
}

static void run_text(const uint8_t *data, size_t size)
{
	FILE *in = fmemopen((void *)(uintptr_t)data, size, "r");
	struct attrs_error error;
	struct attrs_vm *vm;
	struct attrs attrs;

	if (!in) {
		return;
	}
	if (attrs_read(in, &attrs, &error)) {
		vm = attrs_vm_new(&attrs.machine, false, &error);
		if (vm && attrs_load(attrs_vm_device(vm), &attrs, &error) &&
		    attrs_vm_gic(vm)) {
			move(attrs_vm_device(vm), &attrs.machine);
		}
		attrs_vm_free(vm);
		attrs_free(&attrs);
	}
	fclose(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] == '{') {
		run_text(data, size);
	} else if (size) {
		run_calls(data, size);
	}
	return 0;
}
