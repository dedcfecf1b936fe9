#include "runner/scan_pdf.hpp"
#include "runner/scan_pdf_parts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <qpdf/QUtil.hh>

#include "disclosure/text.hpp"
#include "runner/scan_picture.hpp"
#include "runner/scan_printed.hpp"

namespace fvm::runner {
namespace {

using disclosure::Place;

constexpr size_t objects_max = 400'000;

// Annotations that say something beside the page.
bool is_note(const std::string& subtype) {
  static const std::set<std::string> notes = {"/Text",      "/FreeText", "/Popup",     "/Ink",
                                              "/Stamp",     "/Caret",    "/Highlight", "/StrikeOut",
                                              "/Underline", "/Squiggly"};
  return notes.contains(subtype);
}

bool is_action_that_runs(const std::string& name) {
  static const std::set<std::string> actions = {"/JavaScript", "/Launch", "/SubmitForm",
                                                "/ImportData", "/GoToR",  "/GoToE",
                                                "/Rendition",  "/Movie",  "/Sound"};
  return actions.contains(name);
}

class Document {
 public:
  Document(std::string_view bytes, const PdfReader& reader, Scan& scan)
      : bytes_(bytes), reader_(reader), scan_(scan) {}

  void read() {
    pdf_.setSuppressWarnings(true);
    pdf_.setAttemptRecovery(false);
    pdf_.processMemoryFile("pdf", bytes_.data(), bytes_.size());
    if (pdf_.isEncrypted()) return scan_.unreadable("", "encrypted");
    auto objects = pdf_.getAllObjects();
    if (objects.size() > objects_max) return scan_.findings.add("finding.archive_bomb");
    if (scan_.shown == nullptr) look_into(objects);
    if (over_) return scan_.findings.add("finding.archive_bomb");
    const size_t pages = QPDFPageDocumentHelper(pdf_).getAllPages().size();
    if (pages == 0 || pdf_.anyWarnings()) return scan_.unreadable("", "pdf");
    show_everything();
  }

 private:
  void look_into(std::vector<QPDFObjectHandle>& objects) {
    if (!pdf_frame(bytes_, pdf_, objects)) scan_.findings.add("finding.trailing_bytes");
    std::set<QPDFObjGen> reached;
    reach(pdf_.getTrailer(), reached);
    for (QPDFObjectHandle& object : objects) walk(object, 0);
    walk(pdf_.getTrailer(), 0);
    for (QPDFObjectHandle& object : objects) {
      if (object.isStream()) stream(object, reached.contains(object.getObjGen()));
    }
    scan_.text(strings_);
    scan_.attribute("", "names", names_, {});
    if (pdf_.getRoot().hasKey("/Collection"))
      scan_.findings.add("finding.embedded_object", {"/Collection", 0, 0});
  }

  // What hangs from the trailer; without recursion, since chains may be long.
  void reach(QPDFObjectHandle from, std::set<QPDFObjGen>& reached) {
    std::vector<QPDFObjectHandle> open = {from};
    while (!open.empty()) {
      QPDFObjectHandle one = open.back();
      open.pop_back();
      if (one.isIndirect() && !reached.insert(one.getObjGen()).second) continue;
      if (one.isArray()) {
        for (int i = 0; i < one.getArrayNItems(); ++i) open.push_back(one.getArrayItem(i));
      } else if (one.isDictionary() || one.isStream()) {
        QPDFObjectHandle dictionary = one.isStream() ? one.getDict() : one;
        for (const std::string& key : dictionary.getKeys()) open.push_back(dictionary.getKey(key));
      }
    }
  }

  // Strings and names of one object; what it refers to is an object of its own.
  void walk(QPDFObjectHandle object, size_t depth) {
    constexpr size_t depth_max = 100;
    if (depth > depth_max) return scan_.unreadable("", "depth");
    if (object.isString()) {
      strings_ += object.getUTF8Value() + '\n';
    } else if (object.isName()) {
      names_ += object.getName() + '\n';
    } else if (object.isArray()) {
      for (int i = 0; i < object.getArrayNItems(); ++i) child(object.getArrayItem(i), depth);
    } else if (object.isDictionary() || object.isStream()) {
      QPDFObjectHandle dictionary = object.isStream() ? object.getDict() : object;
      judge(dictionary);
      for (const std::string& key : dictionary.getKeys()) {
        names_ += key + '\n';
        child(dictionary.getKey(key), depth);
      }
    }
  }
  void child(QPDFObjectHandle object, size_t depth) {
    if (!object.isIndirect()) walk(object, depth + 1);
  }

  // A list of streams; a list within it is none that a reader knows, and may be itself.
  void give_role(QPDFObjectHandle value, PdfStream role) {
    if (value.isStream()) roles_[value.getObjectID()] = role;
    for (int i = 0; value.isArray() && i < value.getArrayNItems(); ++i) {
      QPDFObjectHandle item = value.getArrayItem(i);
      if (item.isStream()) roles_[item.getObjectID()] = role;
      if (item.isArray()) scan_.unreadable("", "list");
    }
  }
  void give_roles(QPDFObjectHandle& dictionary, const std::string& type) {
    if (type == "/Page") give_role(dictionary.getKey("/Contents"), PdfStream::drawing);
    for (const char* key : {"/ToUnicode", "/Encoding", "/CIDToGIDMap", "/CIDSet", "/DestOutputProfile"})
      give_role(dictionary.getKey(key), PdfStream::mapping);
    for (const char* key : {"/FontFile", "/FontFile2", "/FontFile3"})
      give_role(dictionary.getKey(key), PdfStream::font);
    QPDFObjectHandle glyphs = dictionary.getKey("/CharProcs");
    if (!glyphs.isDictionary()) return;
    for (const std::string& key : glyphs.getKeys()) give_role(glyphs.getKey(key), PdfStream::drawing);
  }

  void judge(QPDFObjectHandle& dictionary) {
    const auto name = [&](const char* key) {
      QPDFObjectHandle value = dictionary.getKey(key);
      return value.isName() ? value.getName() : std::string();
    };
    const std::string type = name("/Type"), subtype = name("/Subtype"), action = name("/S");
    give_roles(dictionary, type);
    if (type == "/Filespec" || type == "/EmbeddedFile" || dictionary.hasKey("/EF") ||
        subtype == "/FileAttachment" || subtype == "/RichMedia" || subtype == "/3D" || subtype == "/Screen" ||
        subtype == "/Movie" || subtype == "/Sound")
      scan_.findings.add("finding.embedded_object", {type.empty() ? subtype : type, 0, 0});
    if (is_action_that_runs(action) || dictionary.hasKey("/JS"))
      scan_.findings.add("finding.script", {action, 0, 0});
    if (dictionary.hasKey("/URI") && action == "/URI")
      scan_.findings.add("finding.external_link", {"/URI", 0, 0});
    if (type == "/OCG" || dictionary.hasKey("/OCProperties"))
      scan_.findings.add("finding.hidden_cells", {"/OCG", 0, 0});
    if (is_note(subtype) && dictionary.hasKey("/Rect"))
      scan_.findings.add("finding.comment", {subtype, 0, 0});
  }

  void stream(QPDFObjectHandle& object, bool reached) {
    const auto role = roles_.find(object.getObjectID());
    const PdfStream kind = pdf_stream_kind(object, role == roles_.end() ? PdfStream::embedded : role->second);
    const Place place{"object " + std::to_string(object.getObjectID()), 0, 0};
    if (kind == PdfStream::frame) return packed_list(object, place);
    if (!reached || kind == PdfStream::embedded) scan_.findings.add("finding.embedded_object", place);
    if (kind == PdfStream::picture) return picture(object, place);
    std::string data;
    if (!pdf_stream_data(object, room_, data)) return scan_.unreadable(place.sheet, "stream");
    over_ |= room_ == 0;
    if (kind == PdfStream::drawing) {
      const PdfDrawing drawing = read_drawing(data);
      scan_.attribute("", "drawing", drawing.strings, place);
      scan_.attribute("", "drawing", drawing.comments, place);
      if (drawing.invisible_text) scan_.findings.add("finding.hidden_cells", place);
      if (drawing.picture) scan_.findings.add("finding.embedded_image", place);
      return;
    }
    if (!pdf_stream_is(object, kind, data)) scan_.findings.add("finding.embedded_object", place);
    if (kind == PdfStream::metadata) scan_.text(disclosure::to_utf8(data), place);
    if (kind != PdfStream::metadata && disclosure::looks_like_text(data))
      scan_.attribute("", "stream", data, place);
  }

  void packed_list(QPDFObjectHandle& object, const Place& place) {
    std::string data;
    if (!pdf_stream_data(object, room_, data)) return scan_.unreadable(place.sheet, "stream");
    over_ |= room_ == 0;
    if (!pdf_packed_is_whole(object, data)) scan_.findings.add("finding.trailing_bytes", place);
  }

  void picture(QPDFObjectHandle& object, const Place& place) {
    scan_.findings.add("finding.embedded_image", place);
    std::string data;
    const PdfPicture picture = pdf_picture(pdf_, object, room_, data);
    over_ |= room_ == 0;
    if (picture == PdfPicture::broken) return scan_.unreadable(place.sheet, "stream");
    if (picture == PdfPicture::jpeg) return scan_jpeg(data, scan_, place.sheet);
    if (picture == PdfPicture::other) return scan_.text(disclosure::to_utf8(data), place);
    points(object, place);
  }
  // Their number alone decides: a page read by a scanner is larger than most documents. The job's time is the
  // limit of what is counted.
  void points(QPDFObjectHandle& object, const Place& place) {
    const uint64_t wanted = pdf_picture_bytes(object), known = wanted > 0 ? wanted : room_;
    const auto size = pdf_stream_size(object, known + 2);
    if (!size) return scan_.unreadable(place.sheet, "stream");
    if (wanted > 0 && *size > wanted + 1) scan_.findings.add("finding.trailing_bytes", place);
    if (wanted == 0) room_ -= std::min(*size, room_), over_ |= *size > known;
  }

  // A copy without layers, cuts and edges, in which each form is drawn on a page of its own.
  void show_everything() {
    pdf_.getRoot().removeKey("/OCProperties");
    const QPDFObjectHandle box = QPDFObjectHandle::parse("[-14400 -14400 14400 14400]");
    QPDFPageDocumentHelper pages(pdf_);
    QPDFObjectHandle resources;
    for (QPDFPageObjectHelper& page : pages.getAllPages()) {
      QPDFObjectHandle object = page.getObjectHandle();
      if (resources.isInitialized() == false) resources = page.getAttribute("/Resources", false);
      for (const char* key : {"/CropBox", "/TrimBox", "/ArtBox", "/BleedBox", "/UserUnit"})
        object.removeKey(key);
      object.replaceKey("/MediaBox", box);
    }
    for (QPDFObjectHandle& object : pdf_.getAllObjects()) {
      if (!object.isStream() || object.getDict().getKey("/Subtype").isNameAndEquals("/Form") == false)
        continue;
      QPDFObjectHandle page = QPDFObjectHandle::parse("<</Type/Page/MediaBox[-14400 -14400 14400 14400]>>");
      QPDFObjectHandle own = object.getDict().getKey("/Resources");
      QPDFObjectHandle named = QPDFObjectHandle::newDictionary();
      named.replaceKey("/FvmForm", object);
      QPDFObjectHandle all = own.isDictionary() ? own.shallowCopy() : QPDFObjectHandle::newDictionary();
      if (!own.isDictionary() && resources.isInitialized() && resources.isDictionary())
        object.getDict().replaceKey("/Resources", resources);
      all.replaceKey("/XObject", named);
      page.replaceKey("/Resources", all);
      page.replaceKey("/Contents", QPDFObjectHandle::newStream(&pdf_, "/FvmForm Do"));
      pages.addPage(QPDFPageObjectHelper(pdf_.makeIndirectObject(page)), false);
    }
    QPDFWriter writer(pdf_);
    writer.setOutputMemory();
    writer.setStreamDataMode(qpdf_s_preserve);
    writer.write();
    const std::shared_ptr<Buffer> copy = writer.getBufferSharedPointer();
    read_text({reinterpret_cast<const char*>(copy->getBuffer()), copy->getSize()});
  }

  void read_text(std::string copy) {
    const auto text = reader_(copy);
    if (!text.ok()) return scan_.unreadable("", text.error().code);
    uint64_t number = 0;
    for (size_t at = 0; scan_.shown == nullptr && at < text->size();) {
      const size_t end = std::min(text->find('\f', at), text->size());
      const std::string_view page = std::string_view(*text).substr(at, end - at);
      ++number;
      scan_.text(page, {"page " + std::to_string(number), 0, 0});
      scan_printed(page, Printed::table, scan_);
      at = end + 1;
    }
  }

  QPDF pdf_;
  std::string_view bytes_;
  const PdfReader& reader_;
  Scan& scan_;
  std::string strings_, names_;
  std::map<int, PdfStream> roles_;  // by object number
  uint64_t room_ = unpacked_bytes_max;
  bool over_ = false;
};

}  // namespace

void scan_pdf(std::string_view bytes, const PdfReader& reader, Scan& scan) {
  try {
    Document(bytes, reader, scan).read();
  } catch (const std::exception&) {  // QPDF throws on what is no PDF
    scan.unreadable("", "pdf");
  }
}

}  // namespace fvm::runner
