/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest EL2 that has a libvgic: one vGIC on ICH_*_EL2, one register
 * read.  Says on QEMU's PL011 what it read, and powers the machine off.
 */
#include <vgic/trap.h>
#include <vgic/vgic.h>

/* The stack is below the program, which -Ttext puts at this address. */
__asm__(".section .text.start\n.global _start\n_start: ldr x0, =0x40100000\n"
	"mov sp, x0\nbl main\nldr w0, =0x84000008\nsmc #0\n"); /* SYSTEM_OFF */
static uint8_t memory[65536] __attribute__((aligned(64)));

void *memset(void *to, int c, size_t n)
{
	for (volatile uint8_t *p = to; n; n--) {
		*p++ = (uint8_t)c;
	}
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	volatile uint8_t *p = to;

	for (const uint8_t *q = from; n; n--) {
		*p++ = *q++;
	}
	return to;
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx, (void)vcpu;
}

int main(void)
{
	const struct vgic_host_ops host = { .kick = kick };
	struct vgic_config c = { .arch = &vgic_gicv3,
				 .nr_vcpus = 1,
				 .nr_spis = 96,
				 .nr_redist_regions = 1,
				 .host = &host,
				 .cpuif = &vgic_ich_backend };
	struct vgic *gic;
	struct vgic_vcpu *vcpu;
	uint64_t typer = 0;

	vgic_ich_probe(&c.caps);
	if (vgic_create(&c, memory, sizeof(memory), &gic) ||
	    vgic_set_dist_base(gic, 0x8000000) ||
	    vgic_vcpu_create(gic, 0, 0, NULL, &vcpu)) {
		return 1;
	}
	vgic_load(vcpu);
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	vgic_trap_mmio(vcpu, 0x8000004, 4, false, &typer);
	for (int shift = 28; shift >= 0; shift -= 4) {
		*(volatile uint32_t *)0x9000000 =
			(uint32_t) "0123456789abcdef"[typer >> shift & 15];
	}
	*(volatile uint32_t *)0x9000000 = '\n';
	return 0;
}
