// For a std::unique_ptr of what a C library gives out: it is destroyed by its own function.
#pragma once

namespace merit {

template <auto Destroy>
struct DestroyedBy {
  template <class T>
  void operator()(T* thing) const {
    Destroy(thing);
  }
};

}  // namespace merit
