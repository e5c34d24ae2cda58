# SPDX-License-Identifier: BSD-2-Clause
#
# One rule of the library each, and the sed program that breaks it.  Sourced by
# mutate.sh.  rule NAME FILE SED

lr=src/cpuif/lr.c
queue=src/core/queue.c
irq=src/core/irq.c
word=src/core/word.h

# Overflow and EOIcount
rule 'EOIcount counted from the head of the stack' $queue \
	'/^void vgic_stack_push/,/^}/ s/) < prio/) > prio/'
rule 'EOIcount credited to what software activated' $queue \
	'/^void vgic_stack_credit/,/^}/ s/!(word & W_ACKED)/false/'
rule 'EOIcount credited once, whatever it counts' $queue \
	'/^void vgic_stack_credit/,/^}/ s/count--/count = 0/'
rule 'EOIcount credited to a life before the reset' $lr \
	'/^static void disown/,/^}/ s/was & ~W_ACKED/was/'
rule 'EOIcount left standing' $lr \
	'/^static void fold/,/^}/ s/vcpu->ich.hcr_dirty = true;//'
rule 'no maintenance for an end outside the registers' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_LRENPIE/0/'
rule 'NPIE left set' $lr \
	'/^static uint32_t control/,/^}/ s/hcr = ICH_HCR_EL2_En/hcr = ICH_HCR_EL2_En | (vcpu->ich.hcr \& ICH_HCR_EL2_NPIE)/'
rule 'NPIE not set though the queue has more' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_NPIE/hcr |= 0/'
rule 'registers full of actives hide a candidate' $lr \
	'/^static bool exchange_one/,/^}/ s/uint32_t below = PRIO_NONE/uint32_t below = 0/'
rule 'a better candidate does not take the place of a worse' $lr \
	'/^static bool exchange_one/,/^}/ s/if (pending) {/if (pending) { return false;/'
rule 'no refill after the last candidate was taken' $lr \
	'/One candidate less/,/^	}/ s/vcpu->refill |= \(.*\);/(void)(\1);/'
rule 'no refill when a fold filled the queue' $queue \
	'/case PLACE_QUEUE:/,/break;/ s/vcpu->refill = true;//'
rule 'the most urgent is evicted, not the least' $lr \
	'/^static unsigned int find_victim/,/^}/ { s/prio >= worst/prio <= worst/; s/worst\[2\] = { 0, 0 }/worst[2] = { 255, 255 }/ }'

# Edges, levels, pending state
rule 'an edge dropped while disabled' $irq \
	'/^static uint64_t set_pending/,/^{/ s/^{/{ if (!(word \& W_ENABLE)) { return word; }/'
rule 'an edge dropped while active in a register' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & W_NEW) ||/(w \& W_NEW \& 0) ||/'
rule 'pending cleared elsewhere stays in a register' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & (W_PEND | W_UNPEND)) == W_PEND/(w \& W_PEND)/'
rule 'a latched level outlives its acknowledge' $lr \
	'/^static uint64_t merge/,/^}/ s/~(W_PEND | W_LINE) : ~W_PEND/~W_LINE : UINT64_MAX/'
rule 'a level is not asked for again at its end' $lr \
	'/^static bool needs_eoi/,/^}/ s/(word & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE)/false/'
rule 'pending and active in one register' $lr \
	'/^static bool may_pend/,/^}/ s/w_wanted(word)/w_pending(word) \&\& (word \& W_ENABLE)/'
rule 'ISPENDR forgets what was active meanwhile' $lr \
	'/^static bool needs_eoi/,/^}/ s/w_active(word) && w_pending(word)/false/'

# Priorities and groups
rule 'an active interrupt changes its priority' $lr \
	'/^static uint64_t lr_value/,/^}/ s/w_actprio(word)/w_prio(word)/'
rule 'a priority change does not move a queued interrupt' $irq \
	'/^static void tell_holder/,/^}/ s/W_GROUP1 | W_PRIO_MASK | W_TARGET_MASK/W_GROUP1 | W_TARGET_MASK/'
rule 'a group that opens is not noticed' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_VGrp1EIE/0/'
rule 'a group that closed keeps its registers' $lr \
	'/^static bool group_is_open/,/^}/ s/return vcpu->open_groups/return (vcpu->open_groups | 3)/'
rule 'WFI ignores the running priority' $lr \
	'/^static uint32_t running_prio/,/^}/ s/if (apr)/if (apr == 1)/'

# Other vCPUs
rule 'DIR elsewhere ignored' src/v3/sysreg.c \
	'/^static void write_dir/,/^}/ s/index == VGIC_NIL)/index == VGIC_NIL || w_owner(vgic_irq_word(vcpu->gic, index)) != vcpu->index)/'
rule 'DIR not trapped' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_TDIR/hcr |= 0/'
rule 'a register is not looked at when its word changed' $irq \
	'/case PLACE_LR:/,/break;/ s/ATTN_LRS/0/'
rule 'an active outside is not ended from elsewhere' $irq \
	'/case PLACE_STACK:/,/break;/ s/ATTN_STACK/0/'
rule 'an active in a register is not ended from elsewhere' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & (W_ACTIVE | W_DEACT)) == W_ACTIVE/(w \& W_ACTIVE)/'
rule 'rerouted, but not handed over' $queue \
	'/^static uint64_t judge/,/^}/ s/ && w_target(word) == vcpu->index//'
rule 'posted, but nobody is kicked' $irq \
	'/^void vgic_notify(/,/^}/ s/v != self/v != self \&\& !v/'
rule 'pending and active read without asking the holder' src/core/sync.c \
	'/^static bool was_out_since/,/^{/ s/^{/{ return true;/'
rule '1 of N finds nobody' src/core/route.c \
	'/^uint32_t vgic_pick_1ofn/,/^}/ s/return pick;/return VGIC_NOWHERE;/'

# Mapped interrupts
rule 'the HW bit without a physical interrupt' $lr \
	'/^static uint64_t lr_value/,/^}/ s/(word & W_PHYS) && //'
rule 'a physical interrupt is held for nothing' $queue \
	'/^static uint64_t judge/,/^}/ s/w_phys_idle(word)/false/'
rule 'a mapped level that fell is delivered' $lr \
	'/^static bool fell/,/^}/ s/!vgic_phys_level(vcpu, index)/!vcpu \&\& !vgic_phys_level(vcpu, index)/'
rule 'a mapped interrupt that came anew is taken for the old' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/settled |= W_PHYS |/settled |=/'
