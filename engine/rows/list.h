// A growing list inside a row: 8 bytes while empty, one block of memory otherwise.
//
//   Input    T is trivially copyable
//   Cost     as std::vector, but a third of its size where it is empty, and most lists of most rows
//            are
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

#include "engine/base/check.h"

namespace merit {

template <class T>
class List {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);

 public:
  List() = default;
  List(const List& other) { *this = other; }
  List(List&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  ~List() { std::free(block_); }
  List& operator=(const List& other) {
    if (this == &other) return *this;
    clear();
    for (const T& element : other) push_back(element);
    return *this;
  }
  List& operator=(List&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }

  uint32_t size() const { return block_ == nullptr ? 0 : block_->size; }
  bool empty() const { return size() == 0; }
  T* begin() { return block_ == nullptr ? nullptr : elements(); }
  T* end() { return begin() + size(); }
  const T* begin() const { return block_ == nullptr ? nullptr : elements(); }
  const T* end() const { return begin() + size(); }
  T& operator[](uint32_t index) { return elements()[index]; }
  const T& operator[](uint32_t index) const { return elements()[index]; }
  T& back() { return elements()[size() - 1]; }
  const T& back() const { return elements()[size() - 1]; }
  uint32_t heap_bytes() const {
    return block_ == nullptr ? 0
                             : static_cast<uint32_t>(sizeof(Block) + block_->capacity * sizeof(T));
  }

  void push_back(T element) { insert(size(), element); }

  void insert(uint32_t index, T element) {
    Reserve(size() + 1);
    T* const place = elements() + index;
    std::memmove(static_cast<void*>(place + 1), place, (block_->size - index) * sizeof(T));
    *place = element;
    ++block_->size;
  }

  void erase(uint32_t index) {
    T* const place = elements() + index;
    std::memmove(static_cast<void*>(place), place + 1, (block_->size - index - 1) * sizeof(T));
    if (--block_->size == 0) clear();
  }

  template <class Predicate>
  void erase_if(Predicate gone) {
    for (uint32_t index = size(); index-- > 0;) {
      if (gone((*this)[index])) erase(index);
    }
  }

  // Room for so many, asked for at once.
  void reserve(uint32_t count) {
    if (count > 0 && (block_ == nullptr || count > block_->capacity)) Grow(count);
  }

  void clear() {
    std::free(block_);
    block_ = nullptr;
  }

 private:
  struct Block {
    uint32_t size;
    uint32_t capacity;
  };
  T* elements() { return reinterpret_cast<T*>(block_ + 1); }
  const T* elements() const { return reinterpret_cast<const T*>(block_ + 1); }

  void Reserve(uint32_t wanted) {
    if (block_ != nullptr && wanted <= block_->capacity) return;
    const uint32_t size_now = size();
    Grow(std::max(wanted, size_now < 4 ? size_now + 1 : size_now + size_now / 2));
  }
  void Grow(uint32_t capacity) {
    const uint32_t size_now = size();
    void* const grown = std::realloc(block_, sizeof(Block) + capacity * sizeof(T));
    MERIT_CHECK(grown != nullptr);
    block_ = static_cast<Block*>(grown);
    block_->size = size_now;
    block_->capacity = capacity;
  }

  Block* block_ = nullptr;
};

}  // namespace merit
