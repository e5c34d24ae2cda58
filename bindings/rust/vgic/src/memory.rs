// SPDX-License-Identifier: BSD-2-Clause

use core::marker::PhantomData;
use core::mem::{size_of, MaybeUninit};
use core::ptr::NonNull;

/// 64 bytes of memory, aligned to as many: what a [`Memory`] is made of.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub struct Block([MaybeUninit<u8>; 64]);

impl Block {
    /// A block whose bytes mean nothing, for a `static` or an array.
    pub const UNUSED: Block = Block([MaybeUninit::uninit(); 64]);
}

/// The memory of an [`Emu`](crate::Emu), which owns it for as long as it lives.
///
/// It comes from a slice of yours:
///
/// ```
/// use vgic::{Block, Memory};
///
/// let mut blocks = [Block::UNUSED; 1024];
/// let memory = Memory::from(&mut blocks[..]);
/// assert_eq!(memory.size(), 65536);
/// ```
///
/// or, with the feature `alloc`, from the allocator, by `Memory::allocate`.
pub struct Memory<'m> {
    start: NonNull<Block>,
    blocks: usize,
    /// Gives it back; there is none for a slice.
    free: Option<unsafe fn(NonNull<Block>, usize)>,
    lives: PhantomData<&'m mut [Block]>,
}

// SAFETY: it is a slice, or a box, of bytes: no thread's own.
unsafe impl Send for Memory<'_> {}
// SAFETY: a shared reference gives nothing but its size.
unsafe impl Sync for Memory<'_> {}

impl Memory<'_> {
    /// Bytes that it has.
    pub fn size(&self) -> usize {
        self.blocks * size_of::<Block>()
    }

    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start.cast()
    }
}

impl<'m> From<&'m mut [Block]> for Memory<'m> {
    fn from(blocks: &'m mut [Block]) -> Memory<'m> {
        Memory {
            blocks: blocks.len(),
            start: NonNull::from(blocks).cast(),
            free: None,
            lives: PhantomData,
        }
    }
}

#[cfg(feature = "alloc")]
impl Memory<'static> {
    /// Memory from the allocator.
    ///
    /// # Errors
    /// [`NoMemory`](crate::Error::NoMemory): there is not so much.
    pub fn allocate(size: usize) -> crate::Result<Memory<'static>> {
        use alloc::vec::Vec;

        let rest = usize::from(size % size_of::<Block>() != 0);
        let count = size / size_of::<Block>() + rest;
        let mut blocks = Vec::new();
        blocks.try_reserve_exact(count).map_err(|_| crate::Error::NoMemory)?;
        blocks.resize(count, Block::UNUSED);
        let slice = alloc::boxed::Box::leak(blocks.into_boxed_slice());
        let mut memory = Memory::from(slice);
        memory.free = Some(free);
        Ok(memory)
    }
}

/// # Safety
/// `start` and `blocks` are of a box that was leaked.
#[cfg(feature = "alloc")]
unsafe fn free(start: NonNull<Block>, blocks: usize) {
    let slice = core::ptr::slice_from_raw_parts_mut(start.as_ptr(), blocks);
    // SAFETY: as the caller says.
    drop(unsafe { alloc::boxed::Box::from_raw(slice) });
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        if let Some(free) = self.free {
            // SAFETY: only allocate() sets it, with a box that it leaked.
            unsafe { free(self.start, self.blocks) };
        }
    }
}
